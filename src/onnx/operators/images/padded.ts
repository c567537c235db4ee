import { slice, type Tensor } from '@tensorflow/tfjs-core';
import { paddedTensor } from '../kernels/paddedTensor';
import type { SpatialPads } from './window';

/** A channels-last image with its spatial axes padded by a value. Negative pads crop. */
export function padded(image: Tensor, pads: SpatialPads, value = 0): Tensor {
  const added = pads.map((sides) => sides.map((size) => Math.max(0, size)));
  const cropped = pads.map((sides) => sides.map((size) => Math.max(0, -size)));
  const whole = isZero(added)
    ? image
    : paddedTensor(image, [[0, 0], ...(added as [number, number][]), [0, 0]], value);
  if (isZero(cropped)) return whole;
  const begin = [0, ...cropped.map(([before]) => before), 0];
  const size = whole.shape.map((length, axis) => {
    const [before, behind] = cropped[axis - 1] ?? [0, 0];
    return length - before - behind;
  });
  return slice(whole, begin, size);
}

/** True if no axis is padded. */
export function isZero(pads: readonly (readonly number[])[]): boolean {
  return pads.every((sides) => sides.every((size) => size === 0));
}
