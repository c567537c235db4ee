import type { Tensor } from '@tensorflow/tfjs-core';
import { assertOptions } from '../../../checks';
import { named } from '../../../errors';
import type { NetworkInput } from '../../../params';
import type { PermutationSpec } from '../../../symmetry';
import { assertSpec } from '../../../symmetry/internal';
import type { Matcher } from '../../matcher';
import {
  STRAIGHT_THROUGH_OPTIONS,
  type StraightThroughOptions,
  straightThroughMatch,
} from './straightThroughMatch';

/** The options of a matcher: each match receives a signal of its own. */
const { signal: _, ...OWN_OPTIONS } = STRAIGHT_THROUGH_OPTIONS;

/**
 * A {@link Matcher} by {@link straightThroughMatch}.
 *
 * @param spec - The axes that share each group.
 * @param options - Those of `straightThroughMatch` without `signal`, which each match receives. If there are several
 * matches, `optimizer` must be a function and `data` must allow to be read again.
 *
 * @example
 * ```ts given=networks
 * import { straightThroughMatcher } from 'perm-lmc';
 *
 * const match = straightThroughMatcher(spec, { forward, data: { x, y }, steps: 10 });
 * const { permutations } = await match(a, b, {});
 * ```
 */
export function straightThroughMatcher<Input extends NetworkInput = Tensor>(
  spec: PermutationSpec,
  options: Omit<StraightThroughOptions<Input>, 'signal'>,
): Matcher {
  return named('straightThroughMatcher', () => {
    assertOptions(options, OWN_OPTIONS);
    assertSpec(spec);
    return (a, b, { signal }) =>
      straightThroughMatch(spec, a, b, { ...options, ...(signal && { signal }) });
  });
}
