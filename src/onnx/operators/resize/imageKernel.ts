import { image, reshape, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core';
import { sizeOf } from '../../../params/internal';

/** A kernel of tfjs that resizes images. */
export interface ImageKernel {
  readonly kind: 'nearest' | 'bilinear';
  readonly alignsCorners: boolean;
  readonly isHalfPixel: boolean;
}

/** The kernels that find the same nearest positions. */
export function nearestKernels(positions: readonly number[], size: number): ImageKernel[] {
  const made = positions.length;
  // Positions exactly between two neighbours are left out: the kernels round them differently.
  const isSame = positions.every((position, x) => {
    const twice = (2 * x + 1) * size;
    return twice % (2 * made) !== 0 && Math.floor(twice / (2 * made)) === position;
  });
  return isSame ? [nearest] : [];
}

/** The kernels that interpolate linearly at the same coordinates. */
export function linearKernels(coordinates: readonly number[], size: number): ImageKernel[] {
  const made = coordinates.length;
  const within = (x: number) => Math.min(size - 1, Math.max(0, x));
  const atAll = (coordinateOf: (x: number) => number) =>
    coordinates.every((given, x) => Math.abs(within(given) - within(coordinateOf(x))) < 1e-5);
  return [
    ...(atAll((x) => ((x + 0.5) * size) / made - 0.5) ? [halfPixel] : []),
    ...(atAll((x) => (made > 1 ? (x * (size - 1)) / (made - 1) : 0)) ? [aligned] : []),
    ...(atAll((x) => (x * size) / made) ? [asymmetric] : []),
  ];
}

/**
 * The tensor with one axis, or two neighbouring ones, resized by a kernel.
 *
 * @param axis - The first of the axes.
 * @param sizes - The new sizes of the axes.
 */
export function runImageKernel(
  { kind, alignsCorners, isHalfPixel }: ImageKernel,
  x: Tensor,
  axis: number,
  sizes: readonly number[],
): Tensor {
  const { shape } = x;
  const end = axis + sizes.length;
  const [outer, inner] = [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(end))];
  const [height, width = 1] = shape.slice(axis, end);
  const [rows, columns = 1] = sizes;
  const images = reshape(x, [outer, height, width, inner]) as Tensor4D;
  const resize = kind === 'nearest' ? image.resizeNearestNeighbor : image.resizeBilinear;
  const made = resize(images, [rows, columns], alignsCorners, isHalfPixel);
  return reshape(made, [...shape.slice(0, axis), ...sizes, ...shape.slice(end)]);
}

const nearest: ImageKernel = { kind: 'nearest', alignsCorners: false, isHalfPixel: true };
const halfPixel: ImageKernel = { kind: 'bilinear', alignsCorners: false, isHalfPixel: true };
const aligned: ImageKernel = { kind: 'bilinear', alignsCorners: true, isHalfPixel: false };
const asymmetric: ImageKernel = { kind: 'bilinear', alignsCorners: false, isHalfPixel: false };
