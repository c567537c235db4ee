import { nestedOffsets, stridesOf } from '../params/internal';
import type { Permutation } from '../permutation';
import { keepsOrder, type ParameterView } from './parameterView';
import { permutedIndex } from './permutedIndex';
import type { Place } from './place';

/** Elements of any size; their values are not interpreted. */
export type Elements =
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/**
 * Moves the units at these places of a parameter, as `permuteTensor` does for tensors.
 *
 * @param elements - The elements of the parameter, row-major, in the given shape.
 * @param places - Places of the parameter's view.
 * @returns A new array.
 */
export function permuteElements<T extends Elements>(
  elements: T,
  shape: readonly number[],
  view: ParameterView,
  places: readonly Place[],
  movementAt: (place: Place) => Permutation,
): T {
  const result = elements.slice() as T;
  const to = viewOffsets(shape, view);
  const indices = view.shape.map((size, axis) => {
    const own = places.filter((place) => place.axis === axis);
    return permutedIndex(size, own, movementAt);
  });
  if (indices.every((index) => index === null)) return result;
  const from = to.map((offsets, axis) => indices[axis]?.map((at) => offsets[at]) ?? offsets);
  copyElements(result, to, elements, from);
  return result;
}

/** The row-major elements of a parameter's view; the same array if the view keeps their order. */
export function viewElements<T extends Elements>(
  elements: T,
  shape: readonly number[],
  view: ParameterView,
): T {
  if (keepsOrder(view)) return elements;
  const result = elements.slice() as T;
  const ownView = { axes: view.shape.map((_, axis) => [axis]), shape: view.shape };
  copyElements(result, viewOffsets(view.shape, ownView), elements, viewOffsets(shape, view));
  return result;
}

/** For each axis of a view the offset of each of its positions among the elements of the parameter. */
export function viewOffsets(shape: readonly number[], view: ParameterView): Int32Array[] {
  const strides = stridesOf(shape);
  return view.axes.map((together) =>
    nestedOffsets(
      together.map((axis) => shape[axis]),
      together.map((axis) => strides[axis]),
    ),
  );
}

/** target[Σ toₖ[iₖ]] = source[Σ fromₖ[iₖ]] for all positions i₀, i₁ … */
function copyElements<T extends Elements>(
  target: T,
  to: readonly Int32Array[],
  source: T,
  from: readonly Int32Array[],
): void {
  const last = to.length - 1;
  const copyFrom = (axis: number, atTarget: number, atSource: number): void => {
    const [own, other] = [to[axis], from[axis]];
    if (axis < last) {
      for (let i = 0; i < own.length; i++) {
        copyFrom(axis + 1, atTarget + own[i], atSource + other[i]);
      }
      return;
    }
    for (let i = 0; i < own.length; i++) target[atTarget + own[i]] = source[atSource + other[i]];
  };
  if (last >= 0) copyFrom(0, 0, 0);
}
