import {
  abs,
  cast,
  maxPool,
  mul,
  pow,
  reshape,
  scalar,
  sqrt,
  square,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { sizeOf } from '../../../params/internal';
import { channelsLast, storedIn, tensorValue, type Value } from '../../values/value';
import { type Call, inputAt, type Operator, type Operators } from '../operator';
import { assertSpace } from './assertSpace';
import { padded } from './padded';
import { pooled } from './pooled';
import { poolingPads } from './poolingPads';
import { rowMeans } from './rowMeans';
import { type Window, windowOf } from './window';

/** Poolings of images [batch, channels, ...space]. */
export const poolings: Operators = {
  MaxPool: sliding((image, window) => pooled(image, window, 'max')),
  AveragePool: sliding((image, window, call, explicit) => {
    const isCounted = call.attributes.number('count_include_pad', 0) !== 0;
    // Padding that counts is put into the image; what ceil_mode adds behind it never counts.
    return isCounted
      ? pooled(padded(image, explicit), beyond(window, explicit), 'mean')
      : pooled(image, window, 'mean');
  }),
  LpPool: sliding((image, window, call) => {
    const pads = window.pads;
    const norm = (x: Tensor) => pooled(padded(x, pads), beyond(window, pads), 'mean');
    return lpNorm(image, exponentOf(call), sizeOf(window.sizes), norm);
  }),
  GlobalAveragePool: global(rowMeans),
  GlobalMaxPool: global((rows) => maxPool(rows, [rows.shape[1], 1], 1, 'valid')),
  GlobalLpPool: global((rows, call) => lpNorm(rows, exponentOf(call), rows.shape[1], rowMeans)),
};

/** A pooling with a window that slides. It gets the window with the padding that it needs, and that of the call. */
function sliding(
  pool: (image: Tensor, window: Window, call: Call, explicit: Window['pads']) => Tensor,
): Operator {
  return {
    run(call) {
      const x = inputAt(call, 0);
      assertSpace(call, x.shape.length);
      const { attributes } = call;
      const space = x.shape.slice(2);
      const window = windowOf(call, space, attributes.numbers('kernel_shape', []));
      const pads = poolingPads(space, window, attributes.number('ceil_mode', 0) !== 0);
      return onImage(x, (image) => pool(image, { ...window, pads }, call, window.pads));
    },
  };
}

/** A pooling of all positions of space, given as rows [batch, positions, 1, channels]. */
function global(pool: (rows: Tensor4D, call: Call) => Tensor): Operator {
  return {
    run(call) {
      const x = inputAt(call, 0);
      const [batch, channels, ...space] = x.shape;
      return onImage(x, (image) => {
        const rows = reshape(image, [batch, sizeOf(space), 1, channels]);
        return reshape(pool(rows as Tensor4D, call), [batch, ...space.map(() => 1), channels]);
      });
    },
  };
}

/** A function of channels-last images, computed with floats. */
function onImage(x: Value, map: (image: Tensor) => Tensor): Value {
  const order = channelsLast(x.shape.length);
  const image = storedIn(x, order);
  const found = map(image.dtype === 'float32' ? image : cast(image, 'float32'));
  return tensorValue(found.dtype === image.dtype ? found : cast(found, image.dtype), order);
}

/** The window on an image that has these pads already. */
function beyond(window: Window, inside: Window['pads']): Window {
  const pads = window.pads.map(([, behind], axis): [number, number] => [
    0,
    Math.max(0, behind - inside[axis][1]),
  ]);
  return { ...window, pads };
}

function exponentOf({ attributes }: Call): number {
  return attributes.number('p', 2);
}

/** The norm (Σ |x|ᵖ)^(1/p) of `count` values, by a function that takes means of them. */
function lpNorm(x: Tensor, p: number, count: number, mean: (powers: Tensor) => Tensor): Tensor {
  const powers = p === 2 ? square(x) : p === 1 ? abs(x) : pow(abs(x), scalar(p));
  const sums = mul(mean(powers), scalar(count));
  return p === 2 ? sqrt(sums) : p === 1 ? sums : pow(sums, scalar(1 / p));
}
