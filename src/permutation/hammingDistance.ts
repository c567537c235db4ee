import { invalid, named } from '../errors';
import { assertPermutation, type Permutation } from './permutation';

/**
 * The number of positions at which p and q differ: 0 or 2 … n.
 *
 * @param p - `[n]`
 * @param q - `[n]`
 * @throws InvalidInputError when p or q is not a permutation, or their lengths differ.
 *
 * @example
 * ```ts
 * import { hammingDistance } from 'perm-lmc';
 *
 * hammingDistance(Int32Array.of(0, 1, 2), Int32Array.of(0, 2, 1)); // 2
 * ```
 */
export function hammingDistance(p: Permutation, q: Permutation): number {
  return named('hammingDistance', () => {
    assertPermutation('p', p);
    assertPermutation('q', q);
    if (p.length !== q.length) {
      throw invalid(
        `p permutes ${p.length} units and q ${q.length}`,
        'Compare permutations of the same group',
        { param: 'q', received: q.length },
      );
    }
    return p.reduce((count, unit, i) => count + (unit === q[i] ? 0 : 1), 0);
  });
}
