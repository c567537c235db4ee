import { assertOptions } from '../../checks';
import { named } from '../../errors';
import type { PermutationSpec } from '../../symmetry';
import { assertSpec } from '../../symmetry/internal';
import type { Matcher } from '../matcher';
import { weightMatch } from './weightMatch';
import { WEIGHT_MATCH_OPTIONS, type WeightMatchOptions } from './weightMatchOptions';

/** The options of a matcher: each match receives a signal of its own. */
const { signal: _, ...OWN_OPTIONS } = WEIGHT_MATCH_OPTIONS;

/**
 * A {@link Matcher} by {@link weightMatch}.
 *
 * @param spec - The axes that share each group.
 * @param options - Those of `weightMatch` without `signal`, which each match receives.
 *
 * @example
 * ```ts given=networks
 * import { weightMatcher } from 'perm-lmc';
 *
 * const match = weightMatcher(spec, { seed: 0, restarts: 2 });
 * const { permutations } = await match(a, b, {});
 * ```
 */
export function weightMatcher(
  spec: PermutationSpec,
  options: Omit<WeightMatchOptions, 'signal'> = {},
): Matcher {
  return named('weightMatcher', () => {
    assertOptions(options, OWN_OPTIONS);
    assertSpec(spec);
    return (a, b, { signal }) => weightMatch(spec, a, b, { ...options, ...(signal && { signal }) });
  });
}
