import { assertOptions } from '../../../checks';
import { named } from '../../../errors';
import { anySignal } from '../../../runtime';
import type { PermutationSpec } from '../../../symmetry';
import { assertSpec } from '../../../symmetry/internal';
import type { JointMatcher } from '../../jointMatcher';
import {
  ACTIVATION_MATCH_MANY_OPTIONS,
  type ActivationMatchManyOptions,
  activationMatchMany,
} from './activationMatchMany';

/**
 * A {@link JointMatcher} by {@link activationMatchMany}, such as `matchAll` of `strongConnectivity`.
 *
 * @param spec - The axes that share each group.
 * @param options - Those of `activationMatchMany`; each match receives its own `signal`. It must be possible to read
 * `inputs` more than once: pass a tensor or an array of batches.
 *
 * @example
 * ```ts given=networks
 * import { activationManyMatcher, permute, randomPermutations } from 'perm-lmc';
 *
 * const c = permute(spec, a, randomPermutations(spec, a, { seed: 1 }));
 * const matchAll = activationManyMatcher(spec, { forward, inputs: x, kernel: 'correlation' });
 * const [ofA, ofB, ofC] = await matchAll([a, b, c], {});
 * ```
 */
export function activationManyMatcher(
  spec: PermutationSpec,
  options: ActivationMatchManyOptions,
): JointMatcher {
  return named('activationManyMatcher', () => {
    assertOptions(options, ACTIVATION_MATCH_MANY_OPTIONS);
    assertSpec(spec);
    return async (networks, { signal }) => {
      const all = { ...options, signal: anySignal(options.signal, signal) };
      const { permutations } = await activationMatchMany(spec, networks, all);
      return permutations;
    };
  });
}
