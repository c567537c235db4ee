import { assertOptions } from '../../checks';
import { named } from '../../errors';
import type { PermutationSpec } from '../../symmetry';
import { assertSpec } from '../../symmetry/internal';
import type { JointMatcher } from '../jointMatcher';
import { MATCH_MANY_OPTIONS, type MatchManyOptions, matchMany } from './matchMany';

/** The options of a joint matcher: each match receives a signal of its own, and its pairs are not used. */
const { signal: _, pairs: __, ...OWN_OPTIONS } = MATCH_MANY_OPTIONS;

/**
 * A {@link JointMatcher} by {@link matchMany}.
 *
 * @param spec - The axes that share each group.
 * @param options - Those of `matchMany` without `pairs` and without `signal`, which each match receives.
 *
 * @example
 * ```ts given=networks
 * import { manyMatcher, permute, randomPermutations } from 'perm-lmc';
 *
 * const c = permute(spec, a, randomPermutations(spec, a, { seed: 1 }));
 * const matchAll = manyMatcher(spec, { seed: 0 });
 * const [ofA, ofB, ofC] = await matchAll([a, b, c], {}); // for strongConnectivity({ matchAll })
 * ```
 */
export function manyMatcher(
  spec: PermutationSpec,
  options: Omit<MatchManyOptions, 'signal' | 'pairs'> = {},
): JointMatcher {
  return named('manyMatcher', () => {
    assertOptions(options, OWN_OPTIONS);
    assertSpec(spec);
    return async (networks, { signal }) => {
      const own = { ...options, pairs: false, ...(signal && { signal }) };
      return (await matchMany(spec, networks, own)).permutations;
    };
  });
}
