import { invalid, named } from '../errors';
import {
  assertPermutation,
  assertPermutationRecord,
  type Permutation,
  type Permutations,
} from './permutation';

/**
 * The permutation that applies p and then q: compose(p, q)[i] = p[q[i]].
 *
 * @param p - `[n]`
 * @param q - `[n]`
 * @throws InvalidInputError when p or q is not a permutation, or their lengths differ.
 *
 * @example
 * ```ts
 * import { compose, invert } from 'perm-lmc';
 *
 * const p = Int32Array.of(2, 0, 1);
 * compose(p, invert(p)); // Int32Array [0, 1, 2]
 * ```
 */
export function compose(p: Permutation, q: Permutation): Permutation {
  return named('compose', () => {
    assertPermutation('p', p);
    assertPermutation('q', q);
    if (p.length !== q.length) {
      throw invalid(
        `p permutes ${p.length} units and q ${q.length}`,
        'Compose permutations of the same group',
        { param: 'q', received: q.length },
      );
    }
    return composed(p, q);
  });
}

/**
 * {@link compose} for each group: the permutations that apply p and then q.
 *
 * @throws InvalidInputError when p and q have different groups, or a group's entry is not a permutation, or has
 * different sizes in them.
 *
 * @example
 * ```ts
 * import { composePermutations } from 'perm-lmc';
 *
 * composePermutations({ h: Int32Array.of(2, 0, 1) }, { h: Int32Array.of(1, 2, 0) }); // identity
 * ```
 */
export function composePermutations(p: Permutations, q: Permutations): Permutations {
  return named('composePermutations', () => {
    assertPermutationRecord('p', p);
    assertPermutationRecord('q', q);
    assertSameGroups(p, q);
    return Object.fromEntries(
      Object.keys(p).map((group) => {
        assertPermutation(`p of group '${group}'`, p[group]);
        assertPermutation(`q of group '${group}'`, q[group]);
        if (p[group].length !== q[group].length) {
          throw invalid(
            `group '${group}' has ${p[group].length} units in p and ${q[group].length} in q`,
            'Compose permutations that belong to the same network',
            { param: 'q', received: q[group].length },
          );
        }
        return [group, composed(p[group], q[group])];
      }),
    );
  });
}

function composed(p: Permutation, q: Permutation): Permutation {
  return q.map((i) => p[i]);
}

function assertSameGroups(p: Permutations, q: Permutations): void {
  const missing = Object.keys(p).find((group) => !Object.hasOwn(q, group));
  const extra = Object.keys(q).find((group) => !Object.hasOwn(p, group));
  if (missing === undefined && extra === undefined) return;
  throw invalid(
    missing === undefined ? `p has no group '${extra}'` : `q has no group '${missing}'`,
    'Compose permutations of the same spec',
    { param: missing === undefined ? 'p' : 'q' },
  );
}
