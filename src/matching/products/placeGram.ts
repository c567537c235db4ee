import {
  gather,
  matMul,
  mul,
  reshape,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tensor,
  tensor1d,
  tidy,
} from '@tensorflow/tfjs-core';
import type { Params } from '../../params';
import type { Permutation, Permutations } from '../../permutation';
import { type Place, permuteTensor, placeMovement } from '../../symmetry/internal';
import {
  type Appearance,
  alignmentOfA,
  type Movement,
  movedPositions,
  othersOfB,
  type Term,
} from '../weights/term';
import { transposedUnitMatrix, unitMatrix } from './unitMatrix';

/** The parameters of both networks. */
export interface Networks {
  readonly a: Params;
  readonly b: Params;
}

/** A_w ⊙ (P B)_w summed over the last axis: numbers with the sum ⟨A_w, (P B)_w⟩. The caller disposes them. */
export function innerProductParts(
  networks: Networks,
  term: Term,
  permutations: Permutations,
): Tensor1D {
  return tidy(() => {
    const a = operand(networks, 'a', term);
    const b = permuted(operand(networks, 'b', term), term.places, permutations);
    return sum(reshape(mul(a, b), [-1, a.rank === 0 ? 1 : a.shape[a.rank - 1]]), 1);
  });
}

/** The part that one place adds to the gram of its group, `[units, units]`; the caller disposes it. */
export function placeGram(
  networks: Networks,
  appearance: Appearance,
  permutations: Permutations,
): Tensor2D {
  const { term, place } = appearance;
  return tidy(() => {
    const { places, movementAt } = alignmentOfA(appearance, permutations);
    const a = operand(networks, 'a', term);
    const aligned = places.length === 0 ? a : permuteTensor(a, places, movementAt);
    const rows = unitMatrix(aligned, place);
    const b = permuted(operand(networks, 'b', term), othersOfB(appearance), permutations);
    return matMul(rows, transposedUnitMatrix(b, place));
  });
}

/** The change of {@link placeGram} by a movement, `[units, units]`; the caller disposes it. */
export function placeGramChange(
  networks: Networks,
  { term, place }: Appearance,
  movement: Movement,
  permutations: Permutations,
): Tensor2D {
  const { other, before } = movement;
  /** The positions of the moved units alone. */
  const pick = (x: Tensor, p: Permutation | null) =>
    gather(x, tensor1d(movedPositions(movement, p), 'int32'), other.axis);
  return tidy(() => {
    const rest = term.places.filter((each) => each !== place && each !== other);
    const b = permuted(operand(networks, 'b', term), rest, permutations);
    const change = sub(pick(b, permutations[other.group]), pick(b, before));
    const rows = unitMatrix(pick(operand(networks, 'a', term), null), place);
    return matMul(rows, transposedUnitMatrix(change, place));
  });
}

/** A network's parameter of a term, scaled if the term has a scaling. */
function operand(networks: Networks, side: 'a' | 'b', { param, scaling }: Term): Tensor {
  const x = networks[side][param];
  if (!scaling) return x;
  const shape = x.shape.map((size, axis) => (axis === scaling.axis ? size : 1));
  return mul(x, tensor(scaling[side], shape));
}

function permuted(x: Tensor, places: readonly Place[], permutations: Permutations): Tensor {
  return permuteTensor(x, places, (place) => placeMovement(place, permutations));
}
