import { nestedOffsets, stridesOf } from '../../params/internal';
import { type HostArray, hostArray } from './hostArray';

/** The array with its axes permuted, as ONNX's Transpose: axis i of the result is axis `axes[i]`. */
export function hostTranspose(
  { dtype, shape, data }: HostArray,
  axes: readonly number[],
): HostArray {
  const strides = stridesOf(shape);
  const made = axes.map((axis) => shape[axis]);
  const places = nestedOffsets(
    made,
    axes.map((axis) => strides[axis]),
  );
  return hostArray(
    dtype,
    made,
    Array.from(places, (place) => data[place]),
  );
}
