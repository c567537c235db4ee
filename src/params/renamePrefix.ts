import { clone, tidy } from '@tensorflow/tfjs-core';
import { invalid, named } from '../errors';
import { assertRecord, assertTensor } from './assertComparable';
import type { Params } from './params';
import type { PrefixMapping } from './prefixMapping';

/**
 * The same parameters under names that begin otherwise: `from + rest` becomes `to + rest`.
 *
 * @param params - Tensors of any shape; every name begins with `from`. Left as they are.
 * @param mapping - See {@link prefixMapping}, which finds it.
 * @returns New tensors, which are the caller's; they share memory with the old ones.
 * @throws InvalidInputError if a name does not begin with `from`, or nothing would be left of it.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { renamePrefix } from 'perm-lmc';
 *
 * const params = { 'module.fc1.bias': tf.zeros([2]) };
 * Object.keys(renamePrefix(params, { from: 'module.', to: '' })); // ['fc1.bias']
 * ```
 */
export function renamePrefix(params: Params, { from, to }: PrefixMapping): Params {
  return named('renamePrefix', () => {
    assertRecord('params', params);
    for (const [name, tensor] of Object.entries(params)) {
      assertTensor(name, tensor);
      if (!name.startsWith(from) || to + name.slice(from.length) === '') {
        throw invalid(
          `parameter '${name}' does not begin with '${from}', or is nothing else`,
          'Pass what all names begin with; prefixMapping finds it',
        );
      }
    }
    return tidy(() =>
      Object.fromEntries(
        Object.entries(params).map(([name, tensor]) => [
          to + name.slice(from.length),
          clone(tensor),
        ]),
      ),
    );
  });
}
