import { clone, tidy } from '@tensorflow/tfjs-core';
import { isRecord, kindOf } from '../checks';
import { invalid, named } from '../errors';
import { assertRecord, assertTensor } from './assertComparable';
import type { Params } from './params';
import type { PrefixMapping } from './prefixMapping';

/**
 * Replaces the prefix of all names: the parameter `from + rest` becomes `to + rest`.
 *
 * @param params - Tensors of any shape, not changed. Every name begins with `from`.
 * @param mapping - The prefixes `from` and `to`, such as {@link prefixMapping} finds them.
 * @returns New tensors, which the caller owns. They share memory with the old ones.
 * @throws InvalidInputError if a name does not begin with `from`, or the new name would be empty.
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
export function renamePrefix(params: Params, mapping: PrefixMapping): Params {
  return named('renamePrefix', () => {
    assertRecord('params', params);
    const { from, to } = assertMapping(mapping);
    for (const [name, tensor] of Object.entries(params)) {
      assertTensor(name, tensor);
      if (!name.startsWith(from) || to + name.slice(from.length) === '') {
        throw invalid(
          `parameter '${name}' does not begin with '${from}', or would have an empty name`,
          'Pass a prefix of all names; prefixMapping finds it',
          { param: name, received: from },
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

function assertMapping(mapping: PrefixMapping): PrefixMapping {
  if (isRecord(mapping) && typeof mapping.from === 'string' && typeof mapping.to === 'string') {
    return mapping;
  }
  throw invalid(
    `mapping must have two prefixes, received ${kindOf(mapping)}`,
    'Pass { from, to }, two strings; prefixMapping finds them',
    { param: 'mapping', received: mapping },
  );
}
