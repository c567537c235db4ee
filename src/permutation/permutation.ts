import { argumentIn, isRecord, kindOf } from '../checks';
import { invalid } from '../errors';

/**
 * A permutation of n units, `[n]`, in the gather convention: position `i` of the result takes unit `p[i]` of
 * the source. It holds each of 0 … n − 1 exactly once.
 */
export type Permutation = Int32Array;

/** A permutation for each group of a spec, by the group's name. */
export type Permutations = Record<string, Permutation>;

/**
 * True if `p` holds each of 0 … n − 1 exactly once. False for all that is not a list.
 *
 * @param p - `[n]`, a typed array, an array or another object with a length.
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
  if (typeof p !== 'object' || p === null) return false;
  if (!Number.isSafeInteger(p.length) || p.length < 0) return false;
  // The units are looked at before memory is taken for them: a length alone costs nothing.
  for (let i = 0; i < p.length; i++) {
    if (!Number.isInteger(p[i]) || p[i] < 0 || p[i] >= p.length) return false;
  }
  const seen = new Uint8Array(p.length);
  for (let i = 0; i < p.length; i++) {
    if (seen[p[i]]) return false;
    seen[p[i]] = 1;
  }
  return true;
}

/** Throws unless permutations are a record; its values are not checked. `name` is the error's `param`. */
export function assertPermutationRecord(name: string, permutations: unknown): void {
  if (isRecord(permutations)) return;
  throw invalid(
    `${name} must be a record of permutations, received ${kindOf(permutations)}`,
    'Pass a record from groups to permutations, such as { h: Int32Array.of(1, 0) }',
    { param: argumentIn(name), received: kindOf(permutations) },
  );
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
