import {
  add,
  div,
  localResponseNormalization,
  mul,
  pad,
  pow,
  reshape,
  scalar,
  slice,
  square,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { channelsLast, storedIn, tensorValue, type Value } from '../../values/value';
import { type Call, inputAt, type Operators } from '../operator';

/** Normalisations of each channel by its neighbours. */
export const localResponseNormalizations: Operators = {
  LRN: { run: localResponse },
};

/**
 * x/(bias + α/size·Σ x²)^β, where the sum runs over ⌊(size − 1)/2⌋ channels before and ⌈(size − 1)/2⌉ behind. The kernel
 * of tfjs computes odd sizes.
 */
function localResponse(call: Call): Value {
  const { attributes } = call;
  const value = inputAt(call, 0);
  const order = channelsLast(value.shape.length);
  const image = storedIn(value, order);
  const size = attributes.number('size', 1);
  const bias = attributes.number('bias', 1);
  const alpha = attributes.number('alpha', 1e-4) / size;
  const beta = attributes.number('beta', 0.75);
  const x = reshape(image, [value.shape[0], -1, 1, value.shape[1]]) as Tensor4D;
  const found =
    size % 2 === 1
      ? localResponseNormalization(x, (size - 1) / 2, bias, alpha, beta)
      : div(
          x,
          pow(add(mul(neighbours(square(x), size), scalar(alpha)), scalar(bias)), scalar(beta)),
        );
  return tensorValue(reshape(found, image.shape), order);
}

/** The sum of `size` channels around each, of [batch, places, 1, channels]. */
function neighbours(x: Tensor, size: number): Tensor {
  const before = Math.floor((size - 1) / 2);
  const whole = pad(x, [
    [0, 0],
    [0, 0],
    [0, 0],
    [before, size - 1 - before],
  ]);
  return Array.from({ length: size }, (_, k) => slice(whole, [0, 0, 0, k], x.shape)).reduce(
    (sum, next) => add(sum, next),
  );
}
