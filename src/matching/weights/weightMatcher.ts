import { assertOptions } from '../../checks';
import { named } from '../../errors';
import { anySignal } from '../../runtime';
import type { PermutationSpec } from '../../symmetry';
import { assertSpec } from '../../symmetry/internal';
import type { Matcher } from '../matcher';
import { weightMatch } from './weightMatch';
import { WEIGHT_MATCH_OPTIONS, type WeightMatchOptions } from './weightMatchOptions';

/**
 * A {@link Matcher} by {@link weightMatch}.
 *
 * @param spec - The axes that share each group.
 * @param options - Those of `weightMatch`; each match receives its own `signal`.
 *
 * @example
 * ```ts given=networks
 * import { weightMatcher } from 'perm-lmc';
 *
 * const match = weightMatcher(spec, { seed: 0, restarts: 2 });
 * const { permutations } = await match(a, b, {});
 * ```
 */
export function weightMatcher(spec: PermutationSpec, options: WeightMatchOptions = {}): Matcher {
  return named('weightMatcher', () => {
    assertOptions(options, WEIGHT_MATCH_OPTIONS);
    assertSpec(spec);
    return (a, b, { signal }) =>
      weightMatch(spec, a, b, { ...options, signal: anySignal(options.signal, signal) });
  });
}
