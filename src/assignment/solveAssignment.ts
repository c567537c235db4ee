import type { CertifiedAssignment } from './assignment';
import { shortestAugmentingPath } from './shortestAugmentingPath';

/**
 * Solves the linear assignment problem exactly: maximises Σ_i similarity[i, p[i]] over all
 * permutations p. It is the default solver of every matcher.
 *
 * @param similarity - Row-major n × n, finite values; left as it is.
 * @param n - The number of rows and of columns, ≥ 0.
 * @returns The assignment (assignment[row] = column), its objective, and dual variables with
 * rows[i] + columns[j] ≥ similarity[i, j], equal on the assignment, which certify that it is optimal.
 * @throws InvalidInputError when the size is wrong or a value is NaN or infinite.
 *
 * @example
 * ```ts
 * import { solveAssignment } from 'perm-lmc';
 *
 * const { assignment, objective } = solveAssignment(Float64Array.of(1, 5, 4, 6), 2);
 * // assignment: Int32Array [1, 0], objective: 9
 * ```
 */
export function solveAssignment(
  similarity: Float32Array | Float64Array,
  n: number,
): CertifiedAssignment {
  return shortestAugmentingPath(similarity, n);
}
