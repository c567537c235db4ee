import { add, mul, square, type Tensor } from '@tensorflow/tfjs-core';
import { deviation, inverseRoot, meansAlong } from '../norms/deviation';

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
  const meanOf = meansAlong([x.rank - 1]);
  const { mean, centred, inverse } = isCentred
    ? deviation(x, epsilon, meanOf)
    : { mean: null, centred: x, inverse: inverseRoot(meanOf(square(x)), epsilon) };
  const scaled = mul(mul(centred, inverse), scale);
  return { rows: bias ? add(scaled, bias) : scaled, means: mean, factors: inverse };
}
