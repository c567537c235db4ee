import type { Tensor } from '@tensorflow/tfjs-core';
import { assertOptions } from '../../../checks';
import { named } from '../../../errors';
import type { NetworkInput } from '../../../params';
import { anySignal } from '../../../runtime';
import type { PermutationSpec } from '../../../symmetry';
import { assertSpec } from '../../../symmetry/internal';
import type { Matcher } from '../../matcher';
import { SINKHORN_OPTIONS, type SinkhornMatchOptions } from './completeSinkhornOptions';
import { sinkhornMatch } from './sinkhornMatch';

/**
 * A {@link Matcher} by {@link sinkhornMatch}.
 *
 * @param spec - The axes that share each group.
 * @param options - Those of `sinkhornMatch`; each match receives its own `signal`. Data must be usable more than once,
 * and an optimiser be given as a function that makes one.
 *
 * @example
 * ```ts given=networks
 * import { sinkhornMatcher } from 'perm-lmc';
 *
 * const match = sinkhornMatcher(spec, { forward, data: { x, y }, steps: 20 });
 * const { permutations } = await match(a, b, {});
 * ```
 */
export function sinkhornMatcher<Input extends NetworkInput = Tensor>(
  spec: PermutationSpec,
  options: SinkhornMatchOptions<Input> = {},
): Matcher {
  return named('sinkhornMatcher', () => {
    assertOptions(options, SINKHORN_OPTIONS);
    assertSpec(spec);
    return (a, b, { signal }) =>
      sinkhornMatch(spec, a, b, { ...options, signal: anySignal(options.signal, signal) });
  });
}
