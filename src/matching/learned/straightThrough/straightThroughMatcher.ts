import type { Tensor } from '@tensorflow/tfjs-core';
import { assertOptions } from '../../../checks';
import { named } from '../../../errors';
import type { NetworkInput } from '../../../params';
import { anySignal } from '../../../runtime';
import type { PermutationSpec } from '../../../symmetry';
import { assertSpec } from '../../../symmetry/internal';
import type { Matcher } from '../../matcher';
import {
  STRAIGHT_THROUGH_OPTIONS,
  type StraightThroughOptions,
  straightThroughMatch,
} from './straightThroughMatch';

/**
 * A {@link Matcher} by {@link straightThroughMatch}.
 *
 * @param spec - The axes that share each group.
 * @param options - Those of `straightThroughMatch`; each match receives its own `signal`. If there are several matches,
 * `optimizer` must be a function and `data` must allow to be read again.
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
  options: StraightThroughOptions<Input>,
): Matcher {
  return named('straightThroughMatcher', () => {
    assertOptions(options, STRAIGHT_THROUGH_OPTIONS);
    assertSpec(spec);
    return (a, b, { signal }) =>
      straightThroughMatch(spec, a, b, { ...options, signal: anySignal(options.signal, signal) });
  });
}
