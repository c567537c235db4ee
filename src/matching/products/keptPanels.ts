import type { Place } from '../../symmetry/internal';
import type { Appearance, Term } from '../weights/term';
import { leftPanels } from './addProducts';
import { rowLength, type UnitRows } from './unitRows';

/** The number of units from which packing takes too small a part of a product to keep its panels. */
const MANY_UNITS = 256;

/** Adds kept panels to the rows of A at a place; rows for which there is no room are returned as they are. */
export type KeepPanels = (appearance: Appearance, rows: UnitRows) => UnitRows;

/**
 * Keeps the panels of A's units at each place: A as it is stored is the left factor of all products of the place,
 * and in a small layer packing takes as long as multiplying.
 *
 * @param room - The bytes that may be kept.
 */
export function keptPanels(room: number): KeepPanels {
  const kept = new Map<Term, Map<Place, Float32Array>>();
  let left = room;
  return ({ term, place }, rows) => {
    const known = kept.get(term)?.get(place);
    if (known) return { ...rows, panels: known };
    const bytes = 4 * (rows.units + 3) * rowLength(rows);
    if (rows.units >= MANY_UNITS || bytes > left) return rows;
    left -= bytes;
    const panels = leftPanels(rows);
    kept.set(term, (kept.get(term) ?? new Map<Place, Float32Array>()).set(place, panels));
    return { ...rows, panels };
  };
}
