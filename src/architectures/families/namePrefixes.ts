import { perObject, type Shapes } from '../../params/internal';

/** The most words at the start of a name that are read: families have none deeper. */
const MOST_WORDS = 8;

/** The prefixes of all names `PREFIX.…`, each with the numbers n of the names `PREFIX.n.…`, sorted. */
export const namePrefixes = /* @__PURE__ */ perObject((shapes: Shapes) =>
  readPrefixes(Object.keys(shapes)),
);

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
