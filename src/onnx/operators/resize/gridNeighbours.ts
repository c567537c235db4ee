import {
  abs,
  add,
  cast,
  clipByValue,
  floor,
  greaterEqual,
  lessEqual,
  logicalAnd,
  minimum,
  mod,
  mul,
  round,
  scalar,
  sub,
  type Tensor,
} from '@tensorflow/tfjs-core';

/** Settings of {@link gridNeighbours}. */
export interface SampleSettings {
  readonly mode: 'nearest' | 'linear' | 'cubic';
  /** The values outside an image: zeros, its border, or its mirror image. */
  readonly padding: 'zeros' | 'border' | 'reflection';
  /** True if −1 and 1 are the centres of the outer pixels. False: their outer edges. */
  readonly alignsCorners: boolean;
}

/** A neighbour of each sample on an axis: its position, and its weight where it is not 1. */
export interface Neighbour {
  readonly position: Tensor;
  readonly weight: Tensor | null;
}

/** The neighbours on an axis of a size of samples at coordinates from −1 to 1. */
export function gridNeighbours(
  coordinates: Tensor,
  size: number,
  settings: SampleSettings,
): Neighbour[] {
  const { mode, alignsCorners } = settings;
  const scaled = alignsCorners
    ? mul(add(coordinates, scalar(1)), scalar((size - 1) / 2))
    : sub(mul(add(coordinates, scalar(1)), scalar(size / 2)), scalar(0.5));
  const x = moved(mode === 'nearest' ? round(scaled) : scaled, size, settings);
  if (mode === 'nearest') return [neighbour(x, null, size, settings)];
  const first = floor(x);
  const weights = (mode === 'linear' ? linearWeights : cubicWeights)(sub(x, first));
  const before = weights.length / 2 - 1;
  return weights.map((weight, k) =>
    neighbour(add(first, scalar(k - before)), weight, size, settings),
  );
}

/** The weights of two neighbours at a distance from the first one. */
function linearWeights(distance: Tensor): Tensor[] {
  return [sub(scalar(1), distance), distance];
}

/** The weights of four neighbours at a distance from the second one, by cubic convolution with a = −0.75. */
function cubicWeights(distance: Tensor): Tensor[] {
  const a = -0.75;
  const one = scalar(1);
  const other = sub(one, distance);
  const near = (d: Tensor) => add(mul(mul(sub(mul(d, scalar(a + 2)), scalar(a + 3)), d), d), one);
  const far = (d: Tensor) =>
    sub(mul(mul(add(mul(sub(d, scalar(5)), d), scalar(8)), d), scalar(a)), scalar(4 * a));
  return [far(add(distance, one)), near(distance), near(other), far(add(other, one))];
}

/**
 * The coordinates with those outside an axis moved into it. Zeros stay outside, and so do coordinates of cubic
 * interpolation beyond a border: it is their neighbours that are moved.
 */
function moved(x: Tensor, size: number, { mode, padding, alignsCorners }: SampleSettings): Tensor {
  if (padding === 'reflection') return mirrored(x, alignsCorners ? 0 : -0.5, size);
  return padding === 'zeros' || mode === 'cubic' ? x : clipByValue(x, 0, size - 1);
}

/** The coordinates mirrored at both ends of an axis until they are in it. */
function mirrored(x: Tensor, least: number, size: number): Tensor {
  const range = size - 1 - 2 * least;
  if (range === 0) return clipByValue(x, 0, 0);
  const far = mod(abs(sub(x, scalar(least))), scalar(2 * range));
  const near = minimum(far, sub(scalar(2 * range), far));
  return add(near, scalar(least));
}

/** A neighbour at a whole position, moved into the axis. Among zeros its weight outside the axis is 0. */
function neighbour(
  position: Tensor,
  weight: Tensor | null,
  size: number,
  settings: SampleSettings,
): Neighbour {
  const own = settings.padding === 'reflection' ? moved(position, size, settings) : position;
  const within = cast(clipByValue(own, 0, size - 1), 'int32');
  if (settings.padding !== 'zeros') return { position: within, weight };
  const inside = cast(isWithin(position, 0, size - 1), 'float32');
  return { position: within, weight: weight ? mul(weight, inside) : inside };
}

function isWithin(x: Tensor, least: number, most: number): Tensor {
  return logicalAnd(greaterEqual(x, scalar(least)), lessEqual(x, scalar(most)));
}
