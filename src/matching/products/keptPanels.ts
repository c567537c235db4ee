import type { Place } from '../../symmetry/internal';
import type { Appearance, Term } from '../weights/term';
import { allPanels } from './allPanels';
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
 * Keeps the rows of A at each place and their panels: A as it is stored is the left factor of all products of the
 * place, and in a small layer packing takes as long as multiplying.
 *
 * @param room - The bytes that may be kept.
 */
export function keptPanels(room: number): KeptRows {
  const kept = new Map<Term, Map<Place, UnitRows>>();
  let left = room;
  return ({ term, place }, make) => kept.get(term)?.get(place) ?? makeAndKeep(term, place, make);

  async function makeAndKeep(term: Term, place: Place, make: () => Promise<UnitRows>) {
    const rows = await make();
    // The panels, and the values from which they are packed.
    const bytes = 8 * (rows.units + 3) * rowLength(rows);
    if (rows.units >= MANY_UNITS || bytes > left) return rows;
    left -= bytes;
    const packed = { ...rows, panels: allPanels(rows, PANEL.left, allocate) };
    kept.set(term, (kept.get(term) ?? new Map<Place, UnitRows>()).set(place, packed));
    return packed;
  }
}

function allocate(length: number): Float32Array {
  return new Float32Array(length);
}
