import { named } from '../errors';
import { composePermutations } from '../permutation';
import { permutationsOfLists } from '../permutation/internal';
import { comparePermutations, type PermutationComparison } from './comparePermutations';

/**
 * Tests whether matching is transitive: compares the permutation of C onto A through B with the direct one.
 * P_BC moves C onto B, and P_AB moves the result onto A. Through B, C becomes
 *
 *     (P_AB ∘ P_BC)[C] = permute(permute(C, P_BC), P_AB) = permute(C, compose(P_BC, P_AB))
 *
 * in the gather convention. If the three matches agree, every unit is a fixed point.
 *
 * @param ab - The permutations of B onto A, from `weightMatch(spec, a, b)`: for each group [units]. Also the
 * plain lists of a report.
 * @param bc - The permutations of C onto B, likewise.
 * @param ac - The permutations of C onto A, likewise.
 * @returns For each group the difference between the permutation through B and the direct one.
 * @throws InvalidInputError if the groups or their sizes differ, or an entry is not a permutation.
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
 * transitivity(ab.permutations, bc.permutations, ac.permutations).h1.fraction; // the share of units that agree
 * ```
 */
export function transitivity(
  ab: Readonly<Record<string, ArrayLike<number>>>,
  bc: Readonly<Record<string, ArrayLike<number>>>,
  ac: Readonly<Record<string, ArrayLike<number>>>,
): Record<string, PermutationComparison> {
  return named('transitivity', () => {
    const [first, second, direct] = [
      permutationsOfLists('ab', ab),
      permutationsOfLists('bc', bc),
      permutationsOfLists('ac', ac),
    ];
    return comparePermutations(composePermutations(second, first), direct);
  });
}
