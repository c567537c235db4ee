import { clone, tidy } from '@tensorflow/tfjs-core';
import { assertFunction } from '../checks';
import { named } from '../errors';
import type { ParameterFilter, Params } from '../params';
import { assertComparable, mapParams } from '../params/internal';

/**
 * A hybrid of two networks: the parameters that `select` chooses are B's, all others A's. If A and B are one
 * network at two times of its training, the layers of the hybrid come from different times; this shows the
 * layers in which an alignment is decided.
 *
 * @param a - The network of all other parameters.
 * @param b - The network of the chosen parameters: the same names, shapes and dtypes. Both are left as they
 * are.
 * @param select - Returns true for the name of a parameter to take from b.
 * @returns New tensors; the caller disposes them.
 * @throws InvalidInputError when names, shapes or dtypes differ.
 * @see Sharma et al. 2024 (arXiv 2404.06498).
 *
 * @example
 * ```ts given=networks
 * import { spliceParams } from 'perm-lmc';
 *
 * const hybrid = spliceParams(a, b, (name) => name.startsWith('dense1/')); // B's first layer, else A
 * ```
 */
export function spliceParams(a: Params, b: Params, select: ParameterFilter): Params {
  return named('spliceParams', () => {
    assertComparable(a, b);
    assertFunction('select', select, 'Pass (name) => true for the parameters of b');
    return tidy(() => mapParams(a, (own, name) => clone(select(name) ? b[name] : own)));
  });
}
