import { kindOf } from '../checks';
import { invalid, named } from '../errors';
import { commonPrefixes } from './commonPrefixes';

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
 * by more than a prefix that ends with `.`, `/`, `:` or `|`, one of the first 16 of each network.
 * @throws InvalidInputError when a or b is not an iterable of strings.
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
  const [namesA, namesB] = named('prefixMapping', () => [namesIn('a', a), namesIn('b', b)]);
  if (namesA.size !== namesB.size) return null;
  const sharedByA = ['', ...commonPrefixes([...namesA])];
  for (const from of ['', ...commonPrefixes([...namesB])]) {
    // As many names on both sides: the mapping reaches all names of a, which therefore share its prefix.
    const to = sharedByA.find((prefix) => prefix !== from && mapsTo(namesA, namesB, prefix, from));
    if (to !== undefined) return { from, to };
  }
  return null;
}

/** True if the names of b, with the prefix `to` in place of `from`, are names of a. */
function mapsTo(a: ReadonlySet<string>, b: ReadonlySet<string>, to: string, from: string): boolean {
  for (const name of b) {
    if (!a.has(to + name.slice(from.length))) return false;
  }
  return true;
}

function namesIn(param: string, names: Iterable<string>): ReadonlySet<string> {
  const isList = typeof names === 'object' && names !== null && Symbol.iterator in names;
  const found = new Set<unknown>(isList ? names : [null]);
  for (const name of found) {
    if (typeof name === 'string') continue;
    throw invalid(
      `${param} must be names, received ${isList ? kindOf(name) : kindOf(names)}`,
      'Pass the names of the parameters, such as Object.keys(params)',
      { param, received: names },
    );
  }
  return found as ReadonlySet<string>;
}
