/** Values that a file may hold at any place. */
const HOSTILE: readonly unknown[] = [
  ...[null, true, '', '1', '__proto__', {}, [], [[]], [null], { length: 1e9 }, { toString: 1 }],
  ...[0, -5, 0.5, 1, 2, 3, 1e9, 1e308, -1e308, 2 ** 53, 5e-324],
];

/** Keys that every object has. */
const KEYS = ['__proto__', 'constructor', 'toString', 'length', 'extra'];

/**
 * A copy of a JSON document with one change at a random place: a value replaced, taken away, added, repeated, or moved
 * by a small amount.
 *
 * @param below - Draws an integer in 0 … n − 1.
 */
export function mutant(document: unknown, below: (n: number) => number): unknown {
  const copy = JSON.parse(JSON.stringify(document));
  const places = placesIn(copy);
  const { holder, key } = places[below(places.length)];
  const value = holder[key];
  const change = below(6);
  if (change === 0 && typeof value === 'number') holder[key] = value + (below(2) - 0.5) / 50;
  else if (change === 1 && !Array.isArray(holder)) delete holder[key];
  else if (change === 1) (holder as unknown as unknown[]).splice(Number(key), 1);
  else if (change === 2 && Array.isArray(value)) value.push(value.at(-1) ?? 0);
  else if (change === 3 && typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const extra = JSON.parse(`{"${KEYS[below(KEYS.length)]}": 1}`);
    holder[key] = Object.defineProperties(value, Object.getOwnPropertyDescriptors(extra));
  } else holder[key] = HOSTILE[below(HOSTILE.length)];
  return copy;
}

type Holder = Record<string, unknown>;

/** All places of values in a document, as keys of what holds them. */
function placesIn(value: unknown): { holder: Holder; key: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Holder;
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesIn(holder[key])]);
}
