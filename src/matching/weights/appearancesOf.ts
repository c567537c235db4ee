import type { Appearance, Term } from './term';
import { termsOn } from './termsOn';

/** The places of a group on the terms. */
export function appearancesOf(terms: readonly Term[], group: string): Appearance[] {
  return termsOn(terms, [group]).flatMap((term) =>
    term.places.filter((place) => place.group === group).map((place) => ({ term, place })),
  );
}
