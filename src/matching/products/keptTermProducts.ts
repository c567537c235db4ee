import type { Permutation, Permutations } from '../../permutation';
import { isSame, type Term } from '../weights/term';

/** A function that gives ⟨A_w, (P B)_w⟩ of a term. */
export type TermProduct = (term: Term, permutations: Permutations) => Promise<number>;

/** A product, with the permutations of the term's places for which it was computed. */
interface KnownProduct {
  readonly holdsFor: readonly Permutation[];
  readonly value: number;
}

/**
 * Keeps the last two products of each term. A step whose gain is measured compares the same permutations with one
 * candidate after another, and a descent from a start that was changed little finds most terms as they were.
 */
export function keptTermProducts(compute: TermProduct): TermProduct {
  const kept = new Map<Term, readonly KnownProduct[]>();
  return async (term, permutations) => {
    const holdsFor = term.places.map(({ group }) => permutations[group]);
    const known = kept.get(term) ?? [];
    const last =
      known.find((each) => each.holdsFor.every((p, at) => isSame(p, holdsFor[at]))) ??
      ({ holdsFor, value: await compute(term, permutations) } satisfies KnownProduct);
    kept.set(term, [last, ...known.filter((each) => each !== last)].slice(0, 2));
    return last.value;
  };
}
