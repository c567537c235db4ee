import type { PermutationSpec } from '../../symmetry';
import type { Matcher } from '../matcher';
import { type WeightMatchOptions, weightMatch } from './weightMatch';

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
  return (a, b, { signal }) => weightMatch(spec, a, b, { ...options, ...(signal && { signal }) });
}
