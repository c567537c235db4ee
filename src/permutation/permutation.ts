import { argumentIn, kindOf } from '../checks';
import { invalid } from '../errors';

/**
 * A permutation of n units, `[n]`, in the gather convention: position `i` of the result takes unit `p[i]` of
 * the source. It holds each of 0 … n − 1 exactly once.
 */
export type Permutation = Int32Array;

/** A permutation for each group of a spec, by the group's name. */
export type Permutations = Record<string, Permutation>;

/**
 * True if `p` holds each of 0 … n − 1 exactly once.
 *
 * @param p - `[n]`
 *
 * @example
 * ```ts
 * import { isPermutation } from 'perm-lmc';
 *
 * isPermutation(Int32Array.of(2, 0, 1)); // true
 * isPermutation(Int32Array.of(2, 2, 1)); // false
 * ```
 */
export function isPermutation(p: ArrayLike<number>): boolean {
  const seen = new Uint8Array(p.length);
  for (let i = 0; i < p.length; i++) {
    const unit = p[i];
    if (!Number.isInteger(unit) || unit < 0 || unit >= p.length || seen[unit]) return false;
    seen[unit] = 1;
  }
  return true;
}

/**
 * Throws unless `p` is an `Int32Array` that holds each of 0 … n − 1 exactly once.
 *
 * @param name - The subject of the message; also the error's `param` if it is an argument's name.
 */
export function assertPermutation(name: string, p: Permutation): void {
  if (!(p instanceof Int32Array)) {
    throw invalid(
      `${name} must be an Int32Array, received ${kindOf(p)}`,
      'Wrap it with Int32Array.from',
      { param: argumentIn(name), received: kindOf(p) },
    );
  }
  if (!isPermutation(p)) {
    throw invalid(
      `${name} must hold each of 0 … ${p.length - 1} exactly once, received [${preview(p)}]`,
      'Check where it comes from with isPermutation',
      { param: argumentIn(name), received: p },
    );
  }
}

function preview(p: Permutation): string {
  const head = Array.from(p.subarray(0, 8)).join(', ');
  return p.length > 8 ? `${head}, … (${p.length} values)` : head;
}
