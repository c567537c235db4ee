import { add, mean, mul, rsqrt, scalar, square, sub, type Tensor } from '@tensorflow/tfjs-core';

/** Rows along the last axis, normalised, with the statistics that they were divided by. */
export interface NormalizedRows {
  readonly rows: Tensor;
  /** The means [..., 1]; null if they were not subtracted. */
  readonly means: Tensor | null;
  /** The reciprocals of the standard deviations [..., 1]. */
  readonly factors: Tensor;
}

/**
 * Layer normalisation of the last axis: (x − mean) / √(variance + ε) · scale + bias. Without centring it is x / √(mean
 * of squares + ε) · scale.
 */
export function normalizedRows(
  x: Tensor,
  epsilon: number,
  isCentred: boolean,
  scale: Tensor,
  bias: Tensor | null,
): NormalizedRows {
  const means = isCentred ? mean(x, -1, true) : null;
  const centred = means ? sub(x, means) : x;
  const factors = rsqrt(add(mean(square(centred), -1, true), scalar(epsilon)));
  const scaled = mul(mul(centred, factors), scale);
  return { rows: bias ? add(scaled, bias) : scaled, means, factors };
}
