import { assertOptions } from '../../checks';
import { named } from '../../errors';
import type { PermutationSpec } from '../../symmetry';
import type { Matcher } from '../matcher';
import { WEIGHT_MATCH_OPTIONS, type WeightMatchOptions, weightMatch } from './weightMatch';

/** Every match has a signal of its own. */
const { signal: _, ...OWN_OPTIONS } = WEIGHT_MATCH_OPTIONS;

/**
 * A {@link Matcher} by {@link weightMatch}.
 *
 * @param spec - Which axes share which group.
 * @param options - Those of `weightMatch`, less `signal`, which comes with every match.
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
    return (a, b, { signal }) => weightMatch(spec, a, b, { ...options, ...(signal && { signal }) });
  });
}
