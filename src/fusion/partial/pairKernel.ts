/**
 * The comparison of two units by their rows a and b, restricted to units of other groups that are paired:
 *
 * - `distance`: −½|a − b|². Large units do not outweigh small ones.
 * - `cosine`: ⟨a, b⟩ / |a||b| for each parameter. Rows of zeros give 0.
 * - `linear`: ⟨a, b⟩, as in weight matching. Large units are preferred.
 */
export type PairKernel = 'distance' | 'cosine' | 'linear';

/** The value of a pair of rows from their inner product and their squared lengths. */
export function kernelValue(kernel: PairKernel, product: number, a: number, b: number): number {
  if (kernel === 'linear') return product;
  if (kernel === 'distance') return product - (a + b) / 2;
  return a > 0 && b > 0 ? product / Math.sqrt(a * b) : 0;
}
