import type { Tensor } from '@tensorflow/tfjs-core';
import { assertOptions } from '../../../checks';
import { named } from '../../../errors';
import type { NetworkInput } from '../../../params';
import { anySignal } from '../../../runtime';
import type { PermutationSpec } from '../../../symmetry';
import { assertSpec } from '../../../symmetry/internal';
import type { JointMatcher } from '../../jointMatcher';
import {
  STRAIGHT_THROUGH_MANY_OPTIONS,
  type StraightThroughManyOptions,
  straightThroughMatchMany,
} from './straightThroughMatchMany';

/**
 * A {@link JointMatcher} by {@link straightThroughMatchMany}.
 *
 * @param spec - The axes that share each group.
 * @param options - Those of `straightThroughMatchMany`; each match receives its own `signal`. If there are several
 * matches, `optimizer` must be a function and `data` must allow to be read again.
 *
 * @example
 * ```ts given=networks
 * import { permute, randomPermutations, straightThroughManyMatcher } from 'perm-lmc';
 *
 * const c = permute(spec, a, randomPermutations(spec, a, { seed: 1 }));
 * const matchAll = straightThroughManyMatcher(spec, { forward, data: { x, y }, steps: 10 });
 * const [ofA, ofB, ofC] = await matchAll([a, b, c], {}); // for strongConnectivity({ matchAll })
 * ```
 */
export function straightThroughManyMatcher<Input extends NetworkInput = Tensor>(
  spec: PermutationSpec,
  options: StraightThroughManyOptions<Input>,
): JointMatcher {
  return named('straightThroughManyMatcher', () => {
    assertOptions(options, STRAIGHT_THROUGH_MANY_OPTIONS);
    assertSpec(spec);
    return async (networks, { signal }) => {
      const own = { ...options, signal: anySignal(options.signal, signal) };
      return (await straightThroughMatchMany(spec, networks, own)).permutations;
    };
  });
}
