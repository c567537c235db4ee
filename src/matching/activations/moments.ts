/**
 * Sums over all samples of the activations of n units of two networks: with x the units of A and y those of B,
 *
 *     products[i, j] = Σ xᵢ yⱼ      squaresA[i] = Σ xᵢ²      squaresB[j] = Σ yⱼ²
 *
 * as they are, or after each unit's mean is subtracted.
 */
export interface Moments {
  /** `[n × n]`, row-major. */
  readonly products: Float64Array;
  /** `[n]`, as is `squaresB`. */
  readonly squaresA: Float64Array;
  readonly squaresB: Float64Array;
}
