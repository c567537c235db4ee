import { invalid } from '../../errors';
import { sizeOf, stridesOf } from '../../params/internal';
import { assertHostSize } from './assertHostSize';

/** The shape of arrays that are broadcast against each other. */
export function broadcastShape(shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    const size = sizes.find((each) => each !== 1) ?? 1;
    if (sizes.every((each) => each === 1 || each === size)) return size;
    throw invalid(
      `shapes ${shapes.map((shape) => `[${shape}]`).join(' and ')} do not broadcast`,
      'Pass an input of a shape that the graph takes',
      { param: 'input', received: shapes },
    );
  });
}

/** The flat index in an array of `shape` for each element of it broadcast to `to`. */
export function broadcastIndices(shape: readonly number[], to: readonly number[]): Int32Array {
  const strides = stridesOf(shape);
  const missing = to.length - shape.length;
  assertHostSize(to);
  const indices = new Int32Array(sizeOf(to));
  let filled = 1;
  // The axes from the first to the last: each repeats what is there, one position further.
  for (const [axis, size] of to.entries()) {
    const own = axis - missing;
    const stride = own < 0 || shape[own] === 1 ? 0 : strides[own];
    for (let at = filled * size - 1; at >= 0; at--) {
      indices[at] = indices[Math.floor(at / size)] + (at % size) * stride;
    }
    filled *= size;
  }
  return indices;
}
