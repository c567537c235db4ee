import { stridesOf } from '../../params/internal';
import { type Place, placePositions } from '../../symmetry/internal';
import { type AxisPositions, type IndexedValues, type Offsets, offsetsOver } from './indexedValues';

/**
 * The units of a place as the rows of a matrix, `[units, copies · rest]`, that is never written out. With
 * k = r · |rest| + q, value k of unit u is at first.offsets[u · copies + r] + rest.offsets[q], times the
 * factors there.
 */
export interface UnitRows {
  readonly values: Float32Array;
  readonly units: number;
  readonly copies: number;
  /** `[units · copies]`: over the place's axis. */
  readonly first: Offsets;
  /** `[rest]`: over the other axes. */
  readonly rest: Offsets;
  /** The rows as panels of the factor that they are, where they are kept; see `allPanels`. */
  readonly panels?: Float32Array;
}

/**
 * The units of a place as rows.
 *
 * @param only - Positions of one other axis to which the rows are restricted; null for all.
 */
export function unitRows(
  x: IndexedValues,
  place: Place,
  only: AxisPositions | null = null,
): UnitRows {
  const others = x.shape
    .map((_, axis) => (axis === only?.axis ? only : { axis, positions: null }))
    .filter(({ axis }) => axis !== place.axis);
  return {
    values: x.values,
    units: place.units,
    copies: place.copies,
    first: unitOffsets(x, place),
    rest: offsetsOver(x, others),
  };
}

/** The offsets of each place's units where they are as stored, for values with this stride on its axis. */
const storedOffsets = new WeakMap<Place, { readonly stride: number; readonly offsets: Offsets }>();

/** The offsets over a place's axis. Those as stored are the same in all products of a match. */
function unitOffsets(x: IndexedValues, place: Place): Offsets {
  const make = () => offsetsOver(x, [{ axis: place.axis, positions: placePositions(place) }]);
  if (x.indices[place.axis] !== null || x.scaling?.axis === place.axis) return make();
  const stride = stridesOf(x.shape)[place.axis];
  const known = storedOffsets.get(place);
  if (known?.stride === stride) return known.offsets;
  const offsets = make();
  storedOffsets.set(place, { stride, offsets });
  return offsets;
}

/** The rows of units `from` … `to` − 1. Their offsets and factors are copies, outside of shared memory. */
export function someUnits(rows: UnitRows, from: number, to: number): UnitRows {
  const { panels: _, ...unpacked } = rows;
  const { offsets, factors } = rows.first;
  const [start, end] = [from * rows.copies, to * rows.copies];
  return {
    ...unpacked,
    units: to - from,
    first: {
      offsets: offsets.slice(start, end),
      factors: factors?.slice(start, end) ?? null,
    },
  };
}

/** The number of values in each row. */
export function rowLength({ copies, rest }: UnitRows): number {
  return copies * rest.offsets.length;
}
