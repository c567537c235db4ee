/** A change of names from one network's to another's: the prefix that all of them have is replaced. */
export interface PrefixMapping {
  /** The prefix of every name of the network; may be empty. */
  readonly from: string;
  /** The prefix that the names of the other network have in its place; may be empty. */
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
  const [name = ''] = namesB; // One prefix for all: any name tells it.
  for (const length of namesA.size === namesB.size ? prefixLengths(name) : []) {
    const [from, rest] = [name.slice(0, length), name.slice(length)];
    for (const other of namesA) {
      const to = other.slice(0, -rest.length);
      const isMapped = (each: string) =>
        each.startsWith(from) && namesA.has(to + each.slice(length));
      const isFound = to + rest === other && prefixLengths(other).includes(to.length);
      if (isFound && from !== to && [...namesB].every(isMapped)) return { from, to };
    }
  }
  return null;
}

/** The lengths of the prefixes that a name may have: 0, or up to a separator with more behind it. */
function prefixLengths(name: string): number[] {
  return [0, ...[...name.matchAll(/[./:|](?=.)/g)].map(({ index }) => index + 1)];
}
