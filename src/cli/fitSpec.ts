import { listNames } from '../checks';
import { mayLack } from '../node/internal';
import type { PermutationSpec } from '../symmetry';
import { assertComparableListings } from './assertComparableListings';
import { assertSpecPrefix } from './assertSamePrefix';
import { UsageError } from './exit';
import { FLAGS } from './flags';
import type { Listing } from './listCheckpoint';

/** The names, as in specs, of tensors that are exceptions: not permuted, not matched or left out. */
export interface Exceptions {
  /** The tensors that the spec does not name. They are not permuted. */
  readonly unlisted: readonly string[];
  /** The tensors that the first checkpoint has and another one lacks. */
  readonly kept: readonly string[];
  /** The tensors that another checkpoint has and the first one lacks. */
  readonly leftOut: readonly string[];
}

/** A spec that checkpoints fit by their names, and the exceptions. */
export interface FittedSpec extends Exceptions {
  readonly spec: PermutationSpec;
}

/** The flag for tensors that the spec does not name. */
export interface UnlistedFlags {
  readonly allowUnlisted?: boolean;
}

/**
 * The spec for checkpoints, with unlisted tensors allowed if the flags say so. Throws unless the names of
 * all checkpoints fit the spec and each other.
 *
 * @param name - The name of the spec, for errors.
 */
export function fitSpec(
  name: string,
  named: PermutationSpec,
  listings: readonly Listing[],
  { allowUnlisted = false }: UnlistedFlags,
): FittedSpec {
  const spec: PermutationSpec = allowUnlisted ? { ...named, unlisted: 'fixed' } : named;
  const [first, ...others] = listings;
  assertSpecPrefix(spec, first);
  for (const other of others) assertComparableListings(spec, first, other);
  const unlisted = namesIn(listings).filter((param) => !Object.hasOwn(spec.params, param));
  if (spec.unlisted === 'error') assertNone(name, unlisted, listings);
  const isShared = (param: string) => listings.every(({ shapes }) => Object.hasOwn(shapes, param));
  const unshared = namesIn(listings).filter((param) => !isShared(param) && mayLack(spec, param));
  return {
    spec,
    unlisted: unlisted.filter(isShared),
    kept: unshared.filter((param) => Object.hasOwn(first.shapes, param)),
    leftOut: unshared.filter((param) => !Object.hasOwn(first.shapes, param)),
  };
}

function namesIn(listings: readonly Listing[]): string[] {
  return [...new Set(listings.flatMap(({ shapes }) => Object.keys(shapes)))];
}

function assertNone(spec: string, unlisted: readonly string[], listings: readonly Listing[]): void {
  if (unlisted.length === 0) return;
  const { path } = listings.find(({ shapes }) => Object.hasOwn(shapes, unlisted[0]))!;
  throw new UsageError(
    `'${path}' holds ${listNames(unlisted)}, which the spec ${spec} does not name. Add ${FLAGS.unlisted} if nothing in them is permuted, or add their patterns to a spec in JSON`,
  );
}
