import type { Place } from '../../symmetry/internal';
import { appearancesOf } from './appearancesOf';
import type { Appearance, Term } from './term';

/** Places of a group whose part of the gram depends on the same other places. */
export interface PlaceSet {
  readonly places: readonly Appearance[];
  /** The other places of the term. The part changes when their groups move. */
  readonly others: readonly Place[];
}

/**
 * The parts of a group's gram: one for all places that are alone on their term, which never changes, then
 * one for each other place.
 */
export function placeSets(terms: readonly Term[], group: string): PlaceSet[] {
  const all = appearancesOf(terms, group);
  const constant = all.filter(({ term }) => term.places.length === 1);
  const changing = all.filter(({ term }) => term.places.length > 1);
  return [
    ...(constant.length > 0 ? [{ places: constant, others: [] }] : []),
    ...changing.map((appearance) => ({
      places: [appearance],
      others: appearance.term.places.filter((each) => each !== appearance.place),
    })),
  ];
}
