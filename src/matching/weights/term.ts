import { invert, type Permutation, type Permutations } from '../../permutation';
import { insideBlocks, type Place, placePositions } from '../../symmetry/internal';

/** One term ⟨A_w, (P B)_w⟩ of the objective, for a parameter w. Some kernels scale its units along one axis. */
export interface Term {
  readonly param: string;
  /** All places of groups on the parameter. */
  readonly places: readonly Place[];
  readonly scaling: Scaling | null;
}

/** Factors for A and for B by position of an axis, `[shape[axis]]`. */
interface Scaling {
  readonly axis: number;
  readonly a: Float32Array;
  readonly b: Float32Array;
}

/** A place of a group on a term. */
export interface Appearance {
  readonly term: Term;
  readonly place: Place;
}

/** A movement of units at another place of a term: those at which `before` and the present permutation differ. */
export interface Movement {
  readonly other: Place;
  readonly before: Permutation;
  readonly moved: readonly number[];
}

/** The positions on their axis of the units p[u], for the moved units u; of the units u where p is null. */
export function movedPositions({ other, moved }: Movement, p: Permutation | null): Int32Array {
  const positions = placePositions(other);
  const { copies } = other;
  const result = new Int32Array(moved.length * copies);
  let at = 0;
  for (const unit of moved) {
    const first = (p ? p[unit] : unit) * copies;
    for (let r = 0; r < copies; r++) result[at++] = positions[first + r];
  }
  return result;
}

/** True if two permutations of one group are the same. */
export function isSame(p: Permutation, q: Permutation): boolean {
  if (p === q) return true;
  for (let i = 0; i < p.length; i++) if (p[i] !== q[i]) return false;
  return true;
}

/** The similarity of each unit of A and its partner: ⟨unit i of A, unit p[i] of B̃⟩, read off the gram. */
export function pairedSimilarity(values: Float32Array, p: Permutation): Float64Array {
  const n = p.length;
  const similarity = new Float64Array(n);
  for (let i = 0; i < n; i++) similarity[i] = values[i * n + p[i]];
  return similarity;
}

/**
 * True if a term has the groups at two places that share values: the objective is then quadratic in their
 * permutations. Coupled places do not count, since a step holds one of them in its order.
 */
export function isQuadratic({ places }: Term, groups: ReadonlySet<string>): boolean {
  const own = places.filter(({ group }) => groups.has(group));
  return own.some((place, i) => own.slice(i + 1).some((other) => shareValues(place, other)));
}

function shareValues(place: Place, other: Place): boolean {
  if (place.axis !== other.axis) return true;
  if (areCoupled(place, other)) return false;
  const positions = new Set(placePositions(place));
  return placePositions(other).some((position) => positions.has(position));
}

/** True for two places of a term that move inside the units of a common ancestor, at the same positions. */
export function areCoupled(place: Place, other: Place): boolean {
  return (
    place.axis === other.axis &&
    place.coupling !== null &&
    other.coupling?.cell === place.coupling.cell &&
    Object.hasOwn(place.coupling.siblings, other.group)
  );
}

/** Places to move before the units of another place are compared, and their movements. */
export interface Alignment {
  readonly places: readonly Place[];
  readonly movementAt: (place: Place) => Permutation;
}

/**
 * The arrangement of A for the gram at a place. Movements of coupled places inside their blocks are undone in
 * A instead of made in B. So each unit of A is compared with every unit of B in the present order of A's own
 * block, not only in the order of the block with which it is paired.
 */
export function alignmentOfA({ term, place }: Appearance, permutations: Permutations): Alignment {
  return {
    places: term.places.filter((other) => other !== place && areCoupled(place, other)),
    movementAt: ({ group }) =>
      invert(insideBlocks(permutations[group], place.coupling!.siblings[group])),
  };
}

/** The places at which B is permuted for the gram at a place: all others of the term that are not coupled to it. */
export function othersOfB({ term, place }: Appearance): Place[] {
  return term.places.filter((other) => other !== place && !areCoupled(place, other));
}
