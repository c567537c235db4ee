import { invert, type Permutation, type Permutations } from '../../permutation';
import { insideBlocks, type Place, placePositions } from '../../symmetry/internal';

/**
 * One term ⟨A_w, (P B)_w⟩ of the objective: a parameter w, with the units along one of its axes
 * scaled where the kernel asks for it.
 */
export interface Term {
  readonly param: string;
  /** Every appearance of a group on the parameter. */
  readonly places: readonly Place[];
  readonly scaling: Scaling | null;
}

/** What each position of an axis is multiplied by, in A and in B. */
export interface Scaling {
  readonly axis: number;
  readonly a: Float32Array;
  readonly b: Float32Array;
}

/** One place of a group, with its term. */
export interface Appearance {
  readonly term: Term;
  readonly place: Place;
}

/** Units of another place on a term that have moved: all where `before` and the group's permutation differ. */
export interface Movement {
  readonly other: Place;
  readonly before: Permutation;
  readonly moved: readonly number[];
}

/** Places of a group whose sum depends on the same other places. */
export interface PlaceSet {
  readonly places: readonly Appearance[];
  /** The other places of the term: the sum changes when their groups move. */
  readonly others: readonly Place[];
}

/**
 * The places of a group in the parts that its gram is added up of: all at once whose terms no other
 * place is on, which never change, then one by one.
 */
export function placeSets(terms: readonly Term[], group: string): PlaceSet[] {
  const all = terms.flatMap((term) =>
    term.places.filter((place) => place.group === group).map((place) => ({ term, place })),
  );
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

/** The positions on their axis of the units that p puts where the moved ones were; null for themselves. */
export function movedPositions({ other, moved }: Movement, p: Permutation | null): Int32Array {
  const positions = placePositions(other);
  return Int32Array.from(
    moved.flatMap((unit) => {
      const first = (p ? p[unit] : unit) * other.copies;
      return Array.from(positions.subarray(first, first + other.copies));
    }),
  );
}

/**
 * How alike each unit of A is to the unit of B that p pairs it with: the diagonal of the gram under
 * p, ⟨unit i of A, unit p[i] of B̃⟩.
 */
export function pairedSimilarity(values: Float32Array, p: Permutation): Float64Array {
  const n = p.length;
  return Float64Array.from(p, (unit, i) => values[i * n + unit]);
}

/**
 * Whether a term holds the groups at two places whose units meet, so that a step which moves them all is
 * quadratic. Coupled places do not count: a step holds one of them in its order.
 */
export function isQuadratic({ places }: Term, groups: ReadonlySet<string>): boolean {
  const own = places.filter(({ group }) => groups.has(group));
  return own.some((place, i) => own.slice(i + 1).some((other) => meet(place, other)));
}

function meet(place: Place, other: Place): boolean {
  if (place.axis !== other.axis) return true;
  if (areCoupled(place, other)) return false;
  const positions = new Set(placePositions(place));
  return placePositions(other).some((position) => positions.has(position));
}

/** Whether two places of a term move inside the units of a common ancestor, at the same positions. */
export function areCoupled(place: Place, other: Place): boolean {
  return (
    place.axis === other.axis &&
    place.coupling !== null &&
    other.coupling?.cell === place.coupling.cell &&
    Object.hasOwn(place.coupling.siblings, other.group)
  );
}

/** Which places to move before a place's units are compared, and how. */
export interface Alignment {
  readonly places: readonly Place[];
  readonly movementAt: (place: Place) => Permutation;
}

/**
 * How A is arranged for the gram at a place: what coupled places do to B's units inside their blocks is
 * undone on A's instead. So that every unit of A's meets every one of B's with the others in the order that
 * A's block has now, and not only that of the block which it is paired with.
 */
export function alignmentOfA({ term, place }: Appearance, permutations: Permutations): Alignment {
  return {
    places: term.places.filter((other) => other !== place && areCoupled(place, other)),
    movementAt: ({ group }) =>
      invert(insideBlocks(permutations[group], place.coupling!.siblings[group])),
  };
}

/** The places of a term that B is permuted at for the gram at a place: all others, less coupled ones. */
export function othersOfB({ term, place }: Appearance): Place[] {
  return term.places.filter((other) => other !== place && !areCoupled(place, other));
}
