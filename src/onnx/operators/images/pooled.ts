import {
  add,
  avgPool,
  div,
  maximum,
  maxPool,
  reshape,
  type Tensor,
  type Tensor4D,
  tensor,
} from '@tensorflow/tfjs-core';
import { everyNth } from '../kernels/everyNth';
import { lifted, withoutNegative } from './convolved';
import { padded } from './padded';
import { reachOf, type Window } from './window';

/** A number from the values in a window: the largest, or the mean of those that are not padding. */
export type Pooling = 'max' | 'mean';

/**
 * A pooling over 1, 2 or 3 spatial axes, channels-last. It is separable: tfjs pools two axes of an image, and with
 * dilations each axis is pooled by itself.
 */
export function pooled(image: Tensor, window: Window, pooling: Pooling): Tensor {
  const axes = window.sizes.length;
  if (window.dilations.some((dilation) => dilation > 1)) {
    return window.sizes.reduce<Tensor>(
      (found, _, axis) => pooledAxis(found, axis, window, pooling),
      image,
    );
  }
  if (axes === 2) return pooledImage(image, window, pooling);
  if (axes === 1) {
    const found = pooledImage(lifted(image, 1), lead(window), pooling);
    return reshape(found, [found.shape[0], ...found.shape.slice(2)]);
  }
  const [batch, depth, ...slab] = image.shape;
  const slabs = reshape(image, [batch * depth, ...slab]);
  const flat = pooledImage(slabs, part(window, 1, 3), pooling);
  const [, height, width, channels] = flat.shape;
  const rows = reshape(flat, [batch, depth, height * width, channels]);
  const found = pooledImage(rows, trail(part(window, 0, 1)), pooling);
  return reshape(found, [batch, -1, height, width, channels]);
}

function pooledImage(image: Tensor, window: Window, pooling: Pooling): Tensor {
  const { x, pad } = withoutNegative(image, window.pads);
  const pool = pooling === 'max' ? maxPool : avgPool;
  const [sizes, strides] = [window.sizes, window.strides] as [number, number][];
  return pool(x as Tensor4D, sizes, strides, pad as 'valid');
}

/** The image pooled along one spatial axis, with dilations. */
function pooledAxis(image: Tensor, axis: number, window: Window, pooling: Pooling): Tensor {
  const { sizes, strides, dilations, pads } = window;
  const size = image.shape[axis + 1];
  const own = pads.map((sides, other): readonly [number, number] =>
    other === axis ? sides : [0, 0],
  );
  const whole = padded(image, own, pooling === 'max' ? Number.NEGATIVE_INFINITY : 0);
  const last = whole.shape[axis + 1] - reachOf(window)[axis];
  const taps = Array.from({ length: sizes[axis] }, (_, k) => {
    const start = k * dilations[axis];
    return everyNth(whole, axis + 1, start, start + last + 1, strides[axis]);
  });
  const found = taps.reduce(pooling === 'max' ? maximum : add);
  if (pooling === 'max') return found;
  const counts = Array.from({ length: found.shape[axis + 1] }, (_, at) => {
    const start = at * strides[axis] - own[axis][0];
    const places = taps.map((_, k) => start + k * dilations[axis]);
    return places.filter((place) => place >= 0 && place < size).length;
  });
  const shape = found.shape.map((length, other) => (other === axis + 1 ? length : 1));
  return div(found, tensor(counts, shape, 'float32'));
}

/** The window with an axis of size 1 in front. */
function lead({ sizes, strides, dilations, pads }: Window): Window {
  return {
    sizes: [1, ...sizes],
    strides: [1, ...strides],
    dilations: [1, ...dilations],
    pads: [[0, 0], ...pads],
  };
}

/** The window with an axis of size 1 behind. */
function trail({ sizes, strides, dilations, pads }: Window): Window {
  return {
    sizes: [...sizes, 1],
    strides: [...strides, 1],
    dilations: [...dilations, 1],
    pads: [...pads, [0, 0]],
  };
}

/** The axes from start to before end of a window. */
function part({ sizes, strides, dilations, pads }: Window, start: number, end: number): Window {
  return {
    sizes: sizes.slice(start, end),
    strides: strides.slice(start, end),
    dilations: dilations.slice(start, end),
    pads: pads.slice(start, end),
  };
}
