import { named } from '../errors';
import type { Params } from '../params';
import type { PermutationSpec } from './permutationSpec';
import { resolveSpec } from './resolveSpec';

/**
 * The number of units of each group, read from the shapes of the params.
 *
 * @param params - A network of the spec, such as `params.kernel` `[inputs, units]`.
 * @throws InvalidInputError when the names, ranks or sizes of the params do not fit the spec, or a size stays
 * ambiguous.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { groupSizes, permutationSpec } from 'perm-lmc';
 *
 * const spec = permutationSpec({ kernel: '_ h' });
 * groupSizes(spec, { kernel: tf.zeros([784, 64]) }); // { h: 64 }
 * ```
 */
export function groupSizes(spec: PermutationSpec, params: Params): Record<string, number> {
  return named('groupSizes', () => {
    const { groups } = resolveSpec(spec, params);
    return Object.fromEntries(groups.map(({ name, size }) => [name, size]));
  });
}
