import { add, mean, rsqrt, scalar, square, sub, type Tensor } from '@tensorflow/tfjs-core';

/** Differences from means, and the inverse standard deviations. */
export interface Deviation {
  readonly mean: Tensor;
  readonly centred: Tensor;
  /** 1/√(variance + ε) */
  readonly inverse: Tensor;
}

/**
 * The deviation of x from its means.
 *
 * @param means - Takes means of a tensor shaped as x. Their shape broadcasts against x.
 */
export function deviation(
  x: Tensor,
  epsilon: number,
  means: (tensor: Tensor) => Tensor,
): Deviation {
  const middle = means(x);
  const centred = sub(x, middle);
  const variance = means(square(centred));
  return { mean: middle, centred, inverse: inverseRoot(variance, epsilon) };
}

/** 1/√(x + ε) */
export function inverseRoot(x: Tensor, epsilon: number): Tensor {
  return rsqrt(add(x, scalar(epsilon)));
}

/** Means along axes, which stay with size 1. */
export function meansAlong(axes: readonly number[]): (tensor: Tensor) => Tensor {
  return (tensor) => mean(tensor, [...axes], true);
}
