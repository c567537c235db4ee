import type { Permutations } from '../../permutation';
import { indices } from '../../permutation/internal';
import { type Place, permutedIndex, placeMovement } from '../../symmetry/internal';
import {
  type Alignment,
  type Appearance,
  alignmentOfA,
  type Movement,
  movedPositions,
  othersOfB,
  type Term,
} from '../weights/term';
import type { RowProduct } from './addProducts';
import type { IndexedValues } from './indexedValues';
import { innerProduct } from './innerProduct';
import type { KeptRows } from './keptPanels';
import { unitRows } from './unitRows';
import type { Weights } from './weights';

/** ⟨A_w, (P B)_w⟩ of a term. */
export async function termInnerProduct(
  weights: Weights,
  term: Term,
  permutations: Permutations,
): Promise<number> {
  const a = await operand(weights, 'a', term, asStored);
  const b = await operand(weights, 'b', term, permuted(term.places, permutations));
  return innerProduct(a, b);
}

/**
 * The product that one place adds to the gram of its group.
 *
 * @param rowsOfA - Keeps A's rows, which are the same for all permutations unless A is arranged.
 */
export async function placeProduct(
  weights: Weights,
  appearance: Appearance,
  permutations: Permutations,
  rowsOfA: KeptRows,
): Promise<RowProduct> {
  const { term, place } = appearance;
  const arranged = alignmentOfA(appearance, permutations);
  const makeLeft = async () => unitRows(await operand(weights, 'a', term, arranged), place);
  const left = await (arranged.places.length === 0 ? rowsOfA(appearance, makeLeft) : makeLeft());
  const b = await operand(weights, 'b', term, permuted(othersOfB(appearance), permutations));
  return { left, right: unitRows(b, place), minus: null };
}

/** The change of {@link placeProduct} by a movement, as a product over the moved units alone. */
export async function placeChangeProduct(
  weights: Weights,
  appearance: Appearance,
  movement: Movement,
  permutations: Permutations,
): Promise<RowProduct> {
  const { term, place } = appearance;
  const now = permuted(othersOfB(appearance), permutations);
  const a = await operand(weights, 'a', term, asStored);
  const after = await operand(weights, 'b', term, now);
  const before = await operand(weights, 'b', term, beforeMovement(now, movement));
  const only = { axis: movement.other.axis, positions: movedPositions(movement, null) };
  const [left, right, minus] = [a, after, before].map((each) => unitRows(each, place, only));
  return { left, right, minus };
}

/** No unit moved. */
const asStored: Alignment = { places: [], movementAt: ({ units }) => indices(units) };

/** The units moved at these places, by the permutations of their groups. */
function permuted(places: readonly Place[], permutations: Permutations): Alignment {
  return { places, movementAt: (place) => placeMovement(place, permutations) };
}

/** The same, with the group of one place as it was before a movement. */
function beforeMovement(now: Alignment, { other, before }: Movement): Alignment {
  return { ...now, movementAt: (place) => (place === other ? before : now.movementAt(place)) };
}

/** A network's parameter of a term, with its units moved, and scaled if the term has a scaling. */
async function operand(
  weights: Weights,
  side: 'a' | 'b',
  { param, scaling }: Term,
  { places, movementAt }: Alignment,
): Promise<IndexedValues> {
  const shape = weights.shape(param);
  return {
    values: await weights.values(side, param),
    shape,
    indices: shape.map((size, axis) => {
      if (!places.some((place) => place.axis === axis)) return null;
      const own = places.filter((place) => place.axis === axis);
      return permutedIndex(size, own, movementAt);
    }),
    scaling: scaling && { axis: scaling.axis, factors: scaling[side] },
  };
}
