import * as tf from '@tensorflow/tfjs-core';
import { isPermutation, type Params, type Permutations } from 'perm-lmc';
import { expect } from 'vitest';

/** The one invariant: two networks compute the same function on an input. */
export async function expectSameFunction(
  forward: (params: Params, x: tf.Tensor) => tf.Tensor,
  a: Params,
  b: Params,
  x: tf.Tensor,
  tolerance = 1e-4,
): Promise<void> {
  expect(
    await greatestDifference(
      tf.tidy(() => forward(a, x)),
      tf.tidy(() => forward(b, x)),
    ),
  ).toBeLessThan(tolerance);
}

/** Every value is a permutation. */
export function expectPermutations(permutations: Permutations): void {
  for (const p of Object.values(permutations)) expect(isPermutation(p)).toBe(true);
}

/** Two records of tensors have the same names, shapes, dtypes and values. */
export async function expectSameParams(a: Params, b: Params, tolerance = 0): Promise<void> {
  expect(Object.keys(a)).toEqual(Object.keys(b));
  for (const name of Object.keys(a)) {
    expect(a[name].shape).toEqual(b[name].shape);
    expect(a[name].dtype).toBe(b[name].dtype);
    const [x, y] = [await a[name].data(), await b[name].data()];
    for (let i = 0; i < x.length; i++) {
      if (Math.abs(x[i] - y[i]) > tolerance) throw new Error(`${name}[${i}]: ${x[i]} ≠ ${y[i]}`);
    }
  }
}

/**
 * Runs work that may keep `kept` tensors and must leak no other, on success and on error.
 *
 * @returns The result of the work, or the error that it throws.
 */
export async function expectNoLeak<T>(work: () => T | Promise<T>, kept = 0): Promise<T | Error> {
  const before = tf.memory().numTensors;
  let result: T | Error;
  try {
    result = await work();
  } catch (error) {
    result = error as Error;
  }
  expect(tf.memory().numTensors - before).toBe(result instanceof Error ? 0 : kept);
  return result;
}

/** Max |a − b|; disposes both. */
export async function greatestDifference(a: tf.Tensor, b: tf.Tensor): Promise<number> {
  const difference = tf.tidy(() => tf.max(tf.abs(tf.sub(a, b))));
  const [value] = await difference.data();
  tf.dispose([a, b, difference]);
  return value;
}
