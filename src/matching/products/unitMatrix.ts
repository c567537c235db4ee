import {
  gather,
  reshape,
  type Tensor,
  type Tensor2D,
  tensor1d,
  transpose,
} from '@tensorflow/tfjs-core';
import { isWholeAxis, type Place, placePositions } from '../../symmetry/internal';
import { moveAxis } from './moveAxis';

/**
 * The units of a place as rows: `[units, copies · rest]`, where rest are the positions on the other axes.
 * Other positions of the place's axis are left out. The caller disposes the result.
 */
export function unitMatrix(x: Tensor, place: Place): Tensor2D {
  const { axis, units } = place;
  const picked = isWholeAxis(place, x.shape[axis])
    ? x
    : gather(x, tensor1d(placePositions(place), 'int32'), axis);
  return reshape(moveAxis(picked, axis, 0), [units, -1]);
}

/** The units of a place as columns: the transpose of {@link unitMatrix}, `[copies · rest, units]`. */
export function transposedUnitMatrix(x: Tensor, place: Place): Tensor2D {
  const { axis, units } = place;
  // tfjs-wasm is ten times slower where matMul transposes: transpose explicitly.
  if (!isWholeAxis(place, x.shape[axis])) return transpose(unitMatrix(x, place));
  return reshape(moveAxis(x, axis, x.rank - 1), [-1, units]);
}
