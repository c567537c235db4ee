import {
  abs,
  add,
  cast,
  clipByValue,
  floor,
  gather,
  greaterEqual,
  lessEqual,
  logicalAnd,
  minimum,
  mod,
  mul,
  reshape,
  round,
  scalar,
  slice,
  sub,
  type Tensor,
  tensor1d,
} from '@tensorflow/tfjs-core';
import { sizeOf } from '../../../params/internal';

/** The values outside an image: zeros, its border, or its mirror image. */
export type Padding = 'zeros' | 'border' | 'reflection';

/** Settings of {@link sampleGrid}. */
export interface SampleSettings {
  readonly mode: 'linear' | 'nearest';
  readonly padding: Padding;
  /** True if −1 and 1 are the centres of the outer pixels. False: their outer edges. */
  readonly alignsCorners: boolean;
}

/** A neighbour of the samples on one axis: its position, and its weight where it is not 1. */
interface Neighbour {
  readonly position: Tensor;
  readonly weight: Tensor | null;
}

/**
 * Images at the coordinates of a grid.
 *
 * @param images - Images [batch, …sizes, channels].
 * @param grid - The coordinates [batch, …made, dimensions] from −1 to 1, the last axis of an image first.
 * @returns The samples [batch, …made, channels].
 */
export function sampleGrid(images: Tensor, grid: Tensor, settings: SampleSettings): Tensor {
  const sizes = images.shape.slice(1, -1);
  const [batch, channels] = [images.shape[0], images.shape.at(-1)!];
  const made = grid.shape.slice(1, -1);
  const count = sizeOf(made);
  const points = reshape(grid, [batch * count, sizes.length]);
  const neighbours = sizes.map((size, axis) => {
    const column = slice(points, [0, sizes.length - 1 - axis], [-1, 1]);
    return neighboursOf(reshape(column, [-1]), size, settings);
  });
  const table = reshape(images, [batch * sizeOf(sizes), channels]);
  const imageOf = Array.from({ length: batch * count }, (_, i) => Math.floor(i / count));
  const start: Neighbour = { position: tensor1d(imageOf, 'int32'), weight: null };
  const corners = neighbours.reduce<readonly Neighbour[]>(
    (found, own, axis) =>
      found.flatMap((each) => own.map((next) => joined(each, next, sizes[axis]))),
    [start],
  );
  const samples = corners.map(({ position, weight }) => {
    const rows = gather(table, position);
    return weight ? mul(rows, reshape(weight, [-1, 1])) : rows;
  });
  return reshape(
    samples.reduce((sum, each) => add(sum, each)),
    [batch, ...made, channels],
  );
}

/** The place in a table of one more axis. */
function joined(outer: Neighbour, inner: Neighbour, size: number): Neighbour {
  const { weight } = outer;
  return {
    position: add(mul(outer.position, scalar(size, 'int32')), inner.position),
    weight: weight && inner.weight ? mul(weight, inner.weight) : (weight ?? inner.weight),
  };
}

/** The neighbours of coordinates on an axis. */
function neighboursOf(
  coordinates: Tensor,
  size: number,
  { mode, padding, alignsCorners }: SampleSettings,
): Neighbour[] {
  const scaled = alignsCorners
    ? mul(add(coordinates, scalar(1)), scalar((size - 1) / 2))
    : sub(mul(add(coordinates, scalar(1)), scalar(size / 2)), scalar(0.5));
  const rounded = mode === 'nearest' ? round(scaled) : scaled;
  const x = padded(rounded, size, padding, alignsCorners);
  if (mode === 'nearest') return [neighbour(x, null, size, padding)];
  const first = floor(x);
  const far = sub(x, first);
  return [
    neighbour(first, sub(scalar(1), far), size, padding),
    neighbour(add(first, scalar(1)), far, size, padding),
  ];
}

/** The coordinates with those outside an axis moved into it, unless there are zeros. */
function padded(x: Tensor, size: number, padding: Padding, alignsCorners: boolean): Tensor {
  if (padding === 'zeros') return x;
  const least = alignsCorners ? 0 : -0.5;
  const range = size - 1 - 2 * least;
  if (padding === 'border' || range === 0) return clipByValue(x, 0, size - 1);
  const far = mod(abs(sub(x, scalar(least))), scalar(2 * range));
  const near = minimum(far, sub(scalar(2 * range), far));
  return clipByValue(add(near, scalar(least)), 0, size - 1);
}

/** A neighbour at a whole position. Outside the axis its weight is 0. */
function neighbour(
  position: Tensor,
  weight: Tensor | null,
  size: number,
  padding: Padding,
): Neighbour {
  const within = cast(clipByValue(position, 0, size - 1), 'int32');
  if (padding !== 'zeros') return { position: within, weight };
  const isInside = logicalAnd(
    greaterEqual(position, scalar(0)),
    lessEqual(position, scalar(size - 1)),
  );
  const inside = cast(isInside, 'float32');
  return { position: within, weight: weight ? mul(weight, inside) : inside };
}
