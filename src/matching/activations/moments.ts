/**
 * What the activations of n units of two networks have in common over all samples: with x the units of A
 * and y those of B,
 *
 *     products[i, j] = Σ xᵢ yⱼ      squaresA[i] = Σ xᵢ²      squaresB[j] = Σ yⱼ²
 *
 * after each unit's mean is subtracted, where the kernel asks for it.
 */
export interface Moments {
  readonly products: Float64Array;
  readonly squaresA: Float64Array;
  readonly squaresB: Float64Array;
}
