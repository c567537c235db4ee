import {
  type ParameterView,
  type Place,
  placesOn,
  type ResolvedSpec,
  viewOffsets,
} from '../../symmetry/internal';

/** An axis of a parameter's view: its number of positions and its places. */
export interface PlacedAxis {
  readonly size: number;
  readonly places: readonly Place[];
}

/** A parameter's view with its places. */
export interface PlacedView {
  readonly axes: readonly PlacedAxis[];
  /** For each axis `[positions]`: the offset of each position among the elements of the parameter. */
  readonly offsets: readonly Int32Array[];
}

/** The view of a parameter of this shape. A parameter that the spec does not name has no places. */
export function placedView(
  name: string,
  shape: readonly number[],
  { places, views }: ResolvedSpec,
): PlacedView {
  const view: ParameterView = views.get(name) ?? { axes: shape.map((_, axis) => [axis]), shape };
  const own = placesOn(places, name);
  return {
    axes: view.shape.map((size, at) => ({
      size,
      places: own.filter(({ axis }) => axis === at),
    })),
    offsets: viewOffsets(shape, view),
  };
}
