/**
 * The comparison of the activations x of a unit of A and y of a unit of B, over all samples.
 *
 * - `linear`: the inner product Σ x·y, neither centred nor scaled.
 * - `cosine`: Σ x·y / √(Σ x² Σ y²).
 * - `correlation`: the same after each unit's mean is subtracted (Li et al. 2015).
 *
 * Under `cosine` a unit that is always 0, and under `correlation` a unit that never varies, has similarity 0
 * with every unit.
 */
export type ActivationKernel = 'linear' | 'cosine' | 'correlation';

/**
 * The factor of each unit in its similarities, [n]: 1 under `linear`, else 1/√s, or 0 for a unit that varies by no
 * more than rounding.
 *
 * @param squares - s, the sum of each unit's squares; under `correlation`, after its mean is subtracted.
 */
export function unitScales(kernel: ActivationKernel, squares: Float64Array): Float64Array {
  if (kernel === 'linear') return squares.map(() => 1);
  const greatest = squares.reduce((max, value) => Math.max(max, value), 0);
  return squares.map((value) => (value > 1e-12 * greatest ? 1 / Math.sqrt(value) : 0));
}
