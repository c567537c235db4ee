import { assertOptions } from '../../checks';
import { named } from '../../errors';
import { anySignal } from '../../runtime';
import type { PermutationSpec } from '../../symmetry';
import { assertSpec } from '../../symmetry/internal';
import type { JointMatcher } from '../jointMatcher';
import { MATCH_MANY_OPTIONS, type MatchManyOptions, matchMany } from './matchMany';

/** The options of a joint matcher: its pairs are not used. */
const { pairs: _, ...OWN_OPTIONS } = MATCH_MANY_OPTIONS;

/**
 * A {@link JointMatcher} by {@link matchMany}.
 *
 * @param spec - The axes that share each group.
 * @param options - Those of `matchMany` without `pairs`; each match receives its own `signal`.
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
  options: Omit<MatchManyOptions, 'pairs'> = {},
): JointMatcher {
  return named('manyMatcher', () => {
    assertOptions(options, OWN_OPTIONS);
    assertSpec(spec);
    return async (networks, { signal }) => {
      const own = { ...options, pairs: false, signal: anySignal(options.signal, signal) };
      return (await matchMany(spec, networks, own)).permutations;
    };
  });
}
