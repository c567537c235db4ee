/** How all names of one network become those of another: what they begin with is replaced. */
export interface PrefixMapping {
  /** What every name of the network begins with; may be empty. */
  readonly from: string;
  /** What the names of the other network have in its place; may be empty. */
  readonly to: string;
}

/**
 * Finds the prefix by which the names of two networks differ, such as the `module.` that PyTorch's
 * `DataParallel` puts before every name.
 *
 *     a = { to + rest : rest ∈ R },  b = { from + rest : rest ∈ R }
 *
 * @param a - The names as they should be.
 * @param b - The names to bring to those of a.
 * @returns The mapping of b's names to a's, for `renamePrefix`; null if the names are the same already,
 * or differ by more than a prefix that ends with `.`, `/`, `:` or `|`.
 *
 * @example
 * ```ts
 * import { prefixMapping } from 'perm-lmc';
 *
 * prefixMapping(['fc1.weight', 'fc1.bias'], ['module.fc1.weight', 'module.fc1.bias']);
 * // { from: 'module.', to: '' }
 * ```
 */
export function prefixMapping(a: Iterable<string>, b: Iterable<string>): PrefixMapping | null {
  const [namesA, namesB] = [new Set(a), new Set(b)];
  if (namesA.size !== namesB.size || namesA.size === 0) return null;
  // One prefix for all: the shortest name of b becomes a shortest name of a.
  const [shortest] = [...namesB].sort((x, y) => x.length - y.length);
  const length = [...namesA].reduce((least, name) => Math.min(least, name.length), Infinity);
  for (const name of namesA) {
    if (name.length !== length) continue;
    const mapping = prefixesOf(name, shortest);
    if (mapping && mapping.from !== mapping.to && mapsOnto(namesB, namesA, mapping)) return mapping;
  }
  return null;
}

/** What two names begin with up to their longest common end that begins after a separator. */
function prefixesOf(nameA: string, nameB: string): PrefixMapping | null {
  const starts = [0, ...[...nameB.matchAll(/[./:|]/g)].map(({ index }) => index + 1)];
  for (const start of starts) {
    const rest = nameB.slice(start);
    const end = nameA.length - rest.length;
    const isWhole = end === 0 || /[./:|]/.test(nameA[end - 1] ?? '');
    if (rest !== '' && isWhole && nameA.endsWith(rest)) {
      return { from: nameB.slice(0, start), to: nameA.slice(0, end) };
    }
  }
  return null;
}

function mapsOnto(
  namesB: ReadonlySet<string>,
  namesA: ReadonlySet<string>,
  { from, to }: PrefixMapping,
): boolean {
  const isMapped = (name: string) =>
    name.startsWith(from) && namesA.has(to + name.slice(from.length));
  return [...namesB].every(isMapped);
}
