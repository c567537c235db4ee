import type { Tensor } from '@tensorflow/tfjs-core';

/** The shape in which values were first the right operand of a product, by their data. */
const shapes = new WeakMap<object, string>();

/**
 * True if values were never the right operand of a product in another shape than [k, n], in which they are now.
 *
 * tfjs-wasm keeps a right operand by its data and takes it again in the shape that it had first. In another shape, the
 * product is wrong and is written beyond the memory of its result.
 */
export function fitsAsRightOperand({ dataId }: Tensor, k: number, n: number): boolean {
  const shape = `${k} ${n}`;
  const known = shapes.get(dataId);
  if (known === undefined) shapes.set(dataId, shape);
  return known === undefined || known === shape;
}
