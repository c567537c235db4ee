import { isRecord, kindOf } from '../checks';
import { about, invalid } from '../errors';
import { isPermutation } from '../permutation';
import { permutationArrays } from '../permutation/internal';
import type { PermutationSpec } from '../symmetry';
import { assertPermutations, type ResolvedSpec } from '../symmetry/internal';
import type { PlainPermutations } from './reports';

/** The groups of a spec, and their sizes if they are known. */
export interface KnownGroups {
  readonly spec: PermutationSpec;
  /** The spec with the sizes of the networks; null if no network is in memory. */
  readonly resolved: ResolvedSpec | null;
}

/**
 * Returns a function that checks permutations from storage, and copies them: there is one for each group of the spec,
 * and all have the sizes of the networks, or those of the first permutations if no network is in memory.
 */
export function storedPermutations({
  spec,
  resolved,
}: KnownGroups): (path: string, stored: unknown) => PlainPermutations {
  // A group with several parents has no permutation of its own.
  const own = spec.groups.filter(({ parents = [] }) => parents.length < 2);
  const groups = own.map(({ name }) => name);
  const sizes = new Map<string, number>();
  for (const { name, size } of own) if (size !== null) sizes.set(name, size);
  return (path, stored) => {
    const plain = listsAt(path, stored, groups);
    if (resolved) {
      about(path, () => assertPermutations(resolved, permutationArrays(plain)));
    }
    for (const [group, { length }] of Object.entries(plain)) {
      const size = sizes.get(group) ?? length;
      sizes.set(group, size);
      if (length === size) continue;
      throw misfit(`${path}['${group}'] has ${length} units, expected ${size}`, length);
    }
    return plain;
  };
}

/** The permutations at a place, by group. Throws unless each is a list of 0 … n − 1. */
function listsAt(path: string, stored: unknown, groups: readonly string[]): PlainPermutations {
  if (!isRecord(stored)) {
    throw misfit(`${path} must be a record of permutations, received ${kindOf(stored)}`, stored);
  }
  const names = Object.keys(stored);
  if (names.length !== groups.length || !groups.every((group) => Object.hasOwn(stored, group))) {
    throw misfit(`${path} has the groups [${names}], but the spec has [${groups}]`, names);
  }
  return Object.fromEntries(
    Object.entries(stored).map(([group, units]) => [group, listAt(`${path}['${group}']`, units)]),
  );
}

function listAt(path: string, units: unknown): number[] {
  if (Array.isArray(units) && isPermutation(units)) return [...units];
  const received = Array.isArray(units) ? `a list of ${units.length}` : kindOf(units);
  throw misfit(`${path} must hold each of 0 … n − 1 exactly once, received ${received}`, units);
}

function misfit(problem: string, received: unknown) {
  return invalid(problem, 'Pass each cell as onCell received it, or leave it out', {
    param: 'finished',
    received,
  });
}
