import type { Permutation, Permutations } from '../../../permutation';
import { indices } from '../../../permutation/internal';
import { type Family, membersOf } from '../../weights/family';
import { addSimilarity, type ComparedUnits } from '../comparedUnits';
import type { FamilyGrams } from '../familyGrams';

/**
 * The grams of network k of a family against the sum of all others in their present order,
 *
 *     G[u, v] = Σ_{j ≠ k} s_jk[p_j[u], v]
 */
export function gramsAgainstOthers(
  family: Family,
  compared: ReadonlyMap<string, ComparedUnits>,
  permutations: readonly Permutations[],
  k: number,
): FamilyGrams {
  return new Map(
    membersOf(family).map(({ name }) => {
      const own = compared.get(name);
      const orders = permutations.map((each) => each[name]);
      return [name, own ? gramAgainstOthers(own, orders, k) : null];
    }),
  );
}

function gramAgainstOthers(
  compared: ComparedUnits,
  orders: readonly Permutation[],
  k: number,
): Float64Array {
  const { units } = compared;
  const asGiven = indices(units);
  const gram = new Float64Array(units * units);
  // Matrices of pairs k < j have the units of k as rows: they are added up along their rows, then transposed.
  for (let j = k + 1; j < orders.length; j++) {
    addSimilarity(gram, compared, [k, j], asGiven, orders[j]);
  }
  if (k + 1 < orders.length) transposeInPlace(gram, units);
  for (let j = 0; j < k; j++) addSimilarity(gram, compared, [j, k], orders[j], asGiven);
  return gram;
}

/** Transposes an n × n matrix, in blocks that fit into a cache. */
function transposeInPlace(matrix: Float64Array, n: number): void {
  const size = 32;
  for (let top = 0; top < n; top += size) {
    for (let left = top; left < n; left += size) {
      for (let i = top; i < Math.min(top + size, n); i++) {
        for (let j = Math.max(left, i + 1); j < Math.min(left + size, n); j++) {
          const [at, mirrored] = [i * n + j, j * n + i];
          const value = matrix[at];
          matrix[at] = matrix[mirrored];
          matrix[mirrored] = value;
        }
      }
    }
  }
}
