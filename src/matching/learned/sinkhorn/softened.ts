import {
  concat,
  gather,
  matMul,
  mul,
  reshape,
  type Tensor,
  type Tensor2D,
  tensor1d,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core';
import { invert, type Permutations } from '../../../permutation';
import { indices } from '../../../permutation/internal';
import {
  insideBlocks,
  isWholeAxis,
  type Place,
  permuteTensor,
  placePositions,
} from '../../../symmetry/internal';
import { moveAxis } from '../../products/moveAxis';
import { transposedUnitMatrix, unitMatrix } from '../../products/unitMatrix';

/** The soft permutations of the groups, and what moves with them. */
export interface SoftMovements {
  /** P of each group, `[units × units]`. */
  readonly matrices: Readonly<Record<string, Tensor2D>>;
  /** The permutations of the groups that are held. */
  readonly held: Permutations;
}

/**
 * A parameter's view with its units moved softly: at each place, unit i of the result is Σ_j P[i, j] · unit j. So a
 * kernel between two groups becomes P_g W P_hᵀ. Positions without units stay.
 *
 * @returns A new tensor.
 */
export function softened(x: Tensor, places: readonly Place[], movements: SoftMovements): Tensor {
  return tidy(() => stages(x, places, movements).at(-1)!);
}

/**
 * ∂L/∂P of the groups on a parameter, `[units × units]`, one for each place that moves softly: with x the tensor before
 * the place was moved and y = ∂L by the tensor after it, Σ (unit i of y) · (unit j of x).
 *
 * @param upstream - ∂L by the result of {@link softened}.
 */
export function softenedGradients(
  x: Tensor,
  places: readonly Place[],
  movements: SoftMovements,
  upstream: Tensor,
): { readonly group: string; readonly gradient: Tensor2D }[] {
  return tidy(() => {
    const before = stages(x, places.slice(0, -1), movements);
    let y = upstream;
    return [...places.entries()].reverse().flatMap(([at, place]) => {
      const own = isHeldInside(place)
        ? []
        : [
            {
              group: place.group,
              gradient: matMul<Tensor2D>(
                unitMatrix(y, place),
                ownValues(transposedUnitMatrix(before[at], place), before[at]),
              ),
            },
          ];
      if (at > 0) y = moved(y, place, movements, true);
      return own;
    });
  });
}

/** The tensor before the first place is moved, and after each. */
function stages(x: Tensor, places: readonly Place[], movements: SoftMovements): Tensor[] {
  const all = [x];
  for (const place of places) all.push(moved(all.at(-1)!, place, movements, false));
  return all;
}

/** True for a place that moves inside blocks which another place moves: its group is held. */
export function isHeldInside({ coupling }: Place): boolean {
  return coupling !== null && coupling.inner !== null;
}

/** The units at a place moved by P or, for gradients, by Pᵀ. */
function moved(
  x: Tensor,
  place: Place,
  { matrices, held }: SoftMovements,
  transposes: boolean,
): Tensor {
  if (place.coupling?.inner != null) {
    const p = insideBlocks(held[place.group], place.coupling.inner);
    return permuteTensor(x, [place], () => (transposes ? invert(p) : p));
  }
  const own = matrices[place.group];
  const matrix = transposes ? transpose(own) : own;
  return fromUnitMatrix(matMul(matrix, ownValues(unitMatrix(x, place), x)), x, place);
}

/**
 * A matrix that does not share its values with the tensor x: tfjs-wasm keeps the right operand of a matMul by its
 * values, and takes it in the shape that it had first.
 */
function ownValues(matrix: Tensor2D, x: Tensor): Tensor2D {
  return matrix.dataId === x.dataId ? mul(matrix, 1) : matrix;
}

/** The tensor x with the units of a place replaced by the rows of a matrix: the inverse of `unitMatrix`. */
function fromUnitMatrix(rows: Tensor2D, x: Tensor, place: Place): Tensor {
  const { axis, units, copies } = place;
  const rest = x.shape.filter((_, at) => at !== axis);
  const replaced = moveAxis(reshape(rows, [units * copies, ...rest]), 0, axis);
  const size = x.shape[axis];
  if (isWholeAxis(place, size)) return replaced;
  const index = indices(size);
  placePositions(place).forEach((position, at) => {
    index[position] = size + at;
  });
  return gather(concat([x, replaced], axis), tensor1d(index, 'int32'), axis);
}
