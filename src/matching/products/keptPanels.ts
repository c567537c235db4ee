import type { Place } from '../../symmetry/internal';
import type { Appearance, Term } from '../weights/term';
import { allPanels } from './allPanels';
import { ownThread } from './ownThread';
import { PANEL } from './packPanels';
import { rowLength, type UnitRows } from './unitRows';

/** The number of units from which packing takes too small a part of a product to keep its panels. */
const MANY_UNITS = 256;

/** The rows of A at a place, as they are stored: kept ones with their panels, or those that `make` makes. */
export type KeptRows = (
  appearance: Appearance,
  make: () => Promise<UnitRows>,
) => UnitRows | Promise<UnitRows>;

/**
 * Keeps the rows of A at each place and their panels, from the second use on: A as it is stored is the left factor of
 * all products of the place, and in a small layer packing takes a part of the time of multiplying.
 *
 * @param room - The bytes that may be kept.
 */
export function keptPanels(room: number): KeptRows {
  /** Null for a place that has been used once. */
  const kept = new Map<Term, Map<Place, UnitRows | null>>();
  let left = room;
  return ({ term, place }, make) => {
    const places = kept.get(term) ?? new Map<Place, UnitRows | null>();
    const known = places.get(place);
    if (known) return known;
    if (known === null) return makeAndKeep(places, place, make);
    kept.set(term, places.set(place, null));
    return make();
  };

  async function makeAndKeep(
    places: Map<Place, UnitRows | null>,
    place: Place,
    make: () => Promise<UnitRows>,
  ): Promise<UnitRows> {
    const rows = await make();
    // The panels, and the values from which they are packed.
    const bytes = 8 * (rows.units + 3) * rowLength(rows);
    if (rows.units >= MANY_UNITS || bytes > left) return rows;
    left -= bytes;
    const packed = { ...rows, panels: allPanels(rows, PANEL.left, ownThread.allocate) };
    places.set(place, packed);
    return packed;
  }
}
