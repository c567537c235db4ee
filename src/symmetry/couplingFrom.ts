import type { Coupling } from './place';

/** One of several places at the same positions. */
export interface CoupledPlace<Key> {
  /** The name of its group. */
  readonly group: string;
  /** The argument of `blockSize` for this place. */
  readonly key: Key;
}

/**
 * The coupling of one place to the others at the same positions. The first place that has an ancestor carries the
 * ancestor's movement. Each later place with that ancestor moves only inside the smallest blocks that an earlier
 * one moves.
 *
 * @param places - The places at these positions, in the order in which they carry movements.
 * @param at - The index of the place in `places`.
 * @param cell - The number of the coupling on the parameter's axis.
 * @param blockSize - The number of units of the first place's group inside one unit of the innermost
 * ancestor that it shares with the second; null if they share none.
 * @returns The coupling; null if the place shares no ancestor with another.
 */
export function couplingFrom<Key>(
  places: readonly CoupledPlace<Key>[],
  at: number,
  cell: number,
  blockSize: (first: Key, second: Key) => number | null,
): Coupling | null {
  const own = places[at].key;
  const siblings = places.flatMap(({ group, key }, i) => {
    const size = i === at ? null : blockSize(key, own);
    return size === null ? [] : [[group, size] as const];
  });
  if (siblings.length === 0) return null;
  const carried = places.slice(0, at).flatMap(({ key }) => blockSize(own, key) ?? []);
  const inner = carried.length === 0 ? null : Math.min(...carried);
  return { cell, inner, siblings: Object.fromEntries(siblings) };
}
