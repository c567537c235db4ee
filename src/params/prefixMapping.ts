/** A replacement of the prefix that all names of a network share. */
export interface PrefixMapping {
  /** The prefix of every name of the network; may be empty. */
  readonly from: string;
  /** The prefix of the other network's names; may be empty. */
  readonly to: string;
}

/**
 * Finds the prefix by which the names of two networks differ, such as PyTorch's `module.` of `DataParallel`.
 *
 *     a = { to + rest : rest ∈ R },  b = { from + rest : rest ∈ R }
 *
 * @param a - The names of the first network.
 * @param b - The names of the second network, to be mapped to those of the first.
 * @returns The mapping of b's names to a's, for `renamePrefix`. Null if the names are equal, or if they differ
 * by more than a prefix that ends with `.`, `/`, `:` or `|`.
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
  const namesOfB = [...namesB];
  const [name = ''] = namesOfB; // All names share the prefix, so one name is enough.
  for (const length of namesA.size === namesB.size ? prefixLengths(name) : []) {
    const [from, rest] = [name.slice(0, length), name.slice(length)];
    if (!namesOfB.every((each) => each.startsWith(from))) break; // Nor do they share a longer one.
    for (const other of namesA) {
      const to = other.slice(0, -rest.length);
      const isMapped = (each: string) => namesA.has(to + each.slice(length));
      const isFound = to + rest === other && prefixLengths(other).includes(to.length);
      if (isFound && from !== to && namesOfB.every(isMapped)) return { from, to };
    }
  }
  return null;
}

/** The lengths of the possible prefixes of a name: 0, and up to each separator that is not its end. */
function prefixLengths(name: string): number[] {
  return [0, ...[...name.matchAll(/[./:|](?=.)/g)].map(({ index }) => index + 1)];
}
