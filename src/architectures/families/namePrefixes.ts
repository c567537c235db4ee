import type { Shapes } from '../../params/internal';

/** The most words at the start of a name that are read: families have none deeper. */
const MOST_WORDS = 8;

/** The prefixes of networks for which they have been asked: each family asks for many. */
const known = /* @__PURE__ */ new WeakMap<Shapes, ReadonlyMap<string, readonly number[]>>();

/** The prefixes of all names `PREFIX.…`, each with the numbers n of the names `PREFIX.n.…`, sorted. */
export function namePrefixes(shapes: Shapes): ReadonlyMap<string, readonly number[]> {
  const own = known.get(shapes) ?? readPrefixes(Object.keys(shapes));
  known.set(shapes, own);
  return own;
}

function readPrefixes(names: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const numbers = new Map<string, Set<number>>();
  for (const name of names) {
    const [first, ...words] = name.split('.', MOST_WORDS + 1);
    let prefix = first;
    for (const word of words) {
      const own = numbers.get(prefix) ?? new Set();
      numbers.set(prefix, own);
      const next = `${prefix}.${word}`;
      const isLast = next.length === name.length;
      if (!isLast && /^\d+$/.test(word)) own.add(Number(word));
      prefix = next;
    }
  }
  return new Map([...numbers].map(([prefix, own]) => [prefix, [...own].sort((a, b) => a - b)]));
}
