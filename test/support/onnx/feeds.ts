import type { TensorGiven } from './modelBytes';

/** A feed of random floats in [−1, 1), the same for each call with the same shape and seed. */
export function floats(shape: readonly number[], seed = 1): TensorGiven {
  return { shape, data: numbers(shape, seed).map((value) => value * 2 - 1) };
}

/** A feed of random integers from 0 to below `below`. */
export function integers(
  shape: readonly number[],
  below: number,
  type: 'int64' | 'int32' = 'int64',
  seed = 1,
): TensorGiven {
  return { type, shape, data: numbers(shape, seed).map((value) => Math.floor(value * below)) };
}

/** A feed of given values. */
export function given(
  data: readonly number[],
  shape: readonly number[] = [data.length],
  type: TensorGiven['type'] = 'float',
): TensorGiven {
  return { type, shape, data };
}

/** A list of int64, such as a shape or axes. */
export function int64s(...data: readonly number[]): TensorGiven {
  return { type: 'int64', shape: [data.length], data };
}

function numbers(shape: readonly number[], seed: number): number[] {
  let state = (seed * 2654435761) >>> 0;
  return Array.from({ length: shape.reduce((x, y) => x * y, 1) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  });
}
