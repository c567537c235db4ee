import { add, mul, step, sub, type Tensor } from '@tensorflow/tfjs-core';

/** The slope of a prelu: 1 where x > 0, else alpha. */
export function preluSlope(x: Tensor, alpha: Tensor): Tensor {
  const isAbove = step(x);
  return add(isAbove, mul(sub(1, isAbove), alpha));
}
