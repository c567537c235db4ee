import { assertOptions } from '../../checks';
import { named } from '../../errors';
import { anySignal } from '../../runtime';
import type { PermutationSpec } from '../../symmetry';
import { assertSpec } from '../../symmetry/internal';
import type { Matcher } from '../matcher';
import { activationMatch } from './activationMatch';
import { ACTIVATION_MATCH_OPTIONS, type ActivationMatchOptions } from './completeActivationOptions';

/**
 * A {@link Matcher} by {@link activationMatch}.
 *
 * @param spec - The axes that share each group.
 * @param options - Those of `activationMatch`; each match receives its own `signal`. It must be possible to read
 * `inputs` more than once: pass a tensor or an array of batches.
 *
 * @example
 * ```ts given=networks
 * import { activationMatcher } from 'perm-lmc';
 *
 * const match = activationMatcher(spec, { forward, inputs: x, kernel: 'correlation' });
 * const { permutations } = await match(a, b, {});
 * ```
 */
export function activationMatcher(spec: PermutationSpec, options: ActivationMatchOptions): Matcher {
  return named('activationMatcher', () => {
    assertOptions(options, ACTIVATION_MATCH_OPTIONS);
    assertSpec(spec);
    return (a, b, { signal }) =>
      activationMatch(spec, a, b, { ...options, signal: anySignal(options.signal, signal) });
  });
}
