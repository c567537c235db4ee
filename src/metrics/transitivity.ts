import { composePermutations } from '../permutation';
import { permutationArrays } from '../permutation/internal';
import { comparePermutations, type PermutationComparison } from './comparePermutations';

/**
 * Whether matching is transitive: compares the permutation that moves C onto A by way of B with the one
 * found directly. P_BC moves C onto B, P_AB then moves that onto A, so that the way round is
 *
 *     (P_AB ∘ P_BC)[C] = permute(permute(C, P_BC), P_AB) = permute(C, compose(P_BC, P_AB))
 *
 * in the gather convention. If the three matches agree every unit is a fixed point.
 *
 * @param ab - Moves B onto A: of `weightMatch(spec, a, b)`. `Permutations`, or the plain lists of a report.
 * @param bc - Moves C onto B.
 * @param ac - Moves C onto A.
 * @returns For each group how the way round differs from the direct one.
 * @throws InvalidInputError when the groups or their sizes differ, or an entry is no permutation.
 * @see Sharma et al. 2024 (arXiv 2404.06498).
 *
 * @example
 * ```ts given=networks
 * import { permute, randomPermutations, transitivity, weightMatch } from 'perm-lmc';
 *
 * const c = permute(spec, b, randomPermutations(spec, b, { seed: 1 }));
 * const [ab, bc, ac] = await Promise.all([
 *   weightMatch(spec, a, b),
 *   weightMatch(spec, b, c),
 *   weightMatch(spec, a, c),
 * ]);
 * transitivity(ab.permutations, bc.permutations, ac.permutations).h1.fraction; // of units that agree
 * ```
 */
export function transitivity(
  ab: Readonly<Record<string, ArrayLike<number>>>,
  bc: Readonly<Record<string, ArrayLike<number>>>,
  ac: Readonly<Record<string, ArrayLike<number>>>,
): Record<string, PermutationComparison> {
  return comparePermutations(composePermutations(permutationArrays(bc), permutationArrays(ab)), ac);
}
