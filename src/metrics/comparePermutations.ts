import { invalid, named } from '../errors';
import { mapParams } from '../params/internal';
import { compose, fixedPoints, invert, type Permutation } from '../permutation';
import { permutationsOfLists } from '../permutation/internal';

/** The difference between two permutations p and q of one group. */
export interface PermutationComparison {
  /** The number of units, n. */
  readonly size: number;
  /** The number of units with the same place in both: the fixed points of p⁻¹∘q. Random permutations share 1 on average. */
  readonly fixedPoints: number;
  /** The share of those units, in [0, 1]. */
  readonly fraction: number;
  /** The fewest swaps of two units that turn p into q, from 0 to n − 1 (the Cayley distance). */
  readonly distance: number;
}

/**
 * Compares two permutations group by group. The fixed points of p⁻¹∘q are the units that both pair alike; the
 * distance is n minus the number of cycles of p⁻¹∘q.
 *
 * @param p - For each group [units], in the gather convention: `Permutations`, or the plain lists of a report.
 * @param q - The same groups, of the same sizes.
 * @returns Plain data for each group.
 * @throws InvalidInputError if the groups or their sizes differ, or an entry is not a permutation.
 * @see Sharma et al. 2024 (arXiv 2404.06498).
 *
 * @example
 * ```ts
 * import { comparePermutations } from 'perm-lmc';
 *
 * comparePermutations({ h: [0, 1, 2, 3] }, { h: [0, 2, 1, 3] });
 * // { h: { size: 4, fixedPoints: 2, fraction: 0.5, distance: 1 } }
 * ```
 */
export function comparePermutations(
  p: Readonly<Record<string, ArrayLike<number>>>,
  q: Readonly<Record<string, ArrayLike<number>>>,
): Record<string, PermutationComparison> {
  return named('comparePermutations', () => {
    const [own, others] = [permutationsOfLists('p', p), permutationsOfLists('q', q)];
    assertSameGroups(own, others);
    return mapParams(own, (each, group) => compared(compose(invert(each), others[group])));
  });
}

/** Compares two permutations by their difference p⁻¹∘q. */
function compared(difference: Permutation): PermutationComparison {
  const size = difference.length;
  const fixed = fixedPoints(difference).length;
  return {
    size,
    fixedPoints: fixed,
    fraction: size === 0 ? 1 : fixed / size,
    distance: size - cycles(difference),
  };
}

/** The number of cycles of a permutation, fixed points included. */
function cycles(p: Permutation): number {
  const seen = new Uint8Array(p.length);
  let count = 0;
  for (let start = 0; start < p.length; start++) {
    if (seen[start]) continue;
    count++;
    for (let unit = start; !seen[unit]; unit = p[unit]) seen[unit] = 1;
  }
  return count;
}

function assertSameGroups(p: object, q: object): void {
  const groups = [p, q].map((each) => Object.keys(each ?? {}).sort());
  if (groups[0].join() === groups[1].join()) return;
  throw invalid(
    `p has the groups [${groups[0]}] and q [${groups[1]}]`,
    'Compare permutations of the same spec',
    { param: 'q', received: groups[1] },
  );
}
