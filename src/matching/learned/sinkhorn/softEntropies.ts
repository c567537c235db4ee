import type { ResolvedGroup } from '../../../symmetry/internal';
import type { GroupMatrices } from './softPermutations';

/**
 * The entropy of the soft permutation of each group, in [0, 1]: the mean over rows of −Σ_j P[i, j] log P[i, j], divided by
 * log n. It is 0 for a permutation and 1 for the uniform matrix. For a group inside another, with m units in each, it is
 * that of the order inside the blocks, divided by log m: the entropy of a row less that of its row in the parent.
 */
export function softEntropies(
  groups: readonly ResolvedGroup[],
  matrices: GroupMatrices,
): Record<string, number> {
  return Object.fromEntries(
    groups.map(({ name, size, parent, inner }) => {
      const rows = rowEntropies(matrices.get(name)!, size);
      const above = parent === null ? null : rowEntropies(matrices.get(parent)!, size / inner);
      const own = rows.map((entropy, i) => entropy - (above?.[Math.floor(i / inner)] ?? 0));
      return [name, inner > 1 ? own.reduce((sum, x) => sum + x, 0) / size / Math.log(inner) : 0];
    }),
  );
}

/** −Σ_j P[i, j] log P[i, j] of each row, `[n]`. */
export function rowEntropies(matrix: Float64Array, n: number): Float64Array {
  const entropies = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const p = matrix[i * n + j];
      if (p > 0) entropies[i] -= p * Math.log(p);
    }
  }
  return entropies;
}
