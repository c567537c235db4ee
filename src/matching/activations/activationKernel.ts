import type { Moments } from './moments';

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

/** The similarity of every unit of A (rows) with every unit of B (columns), `[n × n]`, row-major. */
export function unitSimilarity(
  kernel: ActivationKernel,
  { products, squaresA, squaresB }: Moments,
): Float64Array {
  if (kernel === 'linear') return products;
  const n = squaresA.length;
  const [scalesA, scalesB] = [inverseNorms(squaresA), inverseNorms(squaresB)];
  return products.map((value, at) => value * scalesA[Math.floor(at / n)] * scalesB[at % n]);
}

/** 1/√s of each unit, [n]; 0 for a unit that varies by no more than rounding. */
function inverseNorms(squares: Float64Array): Float64Array {
  const greatest = squares.reduce((max, value) => Math.max(max, value), 0);
  return squares.map((value) => (value > 1e-12 * greatest ? 1 / Math.sqrt(value) : 0));
}
