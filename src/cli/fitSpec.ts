import { listNames } from '../checks';
import type { SharedOptions } from '../node';
import { mayLack } from '../node/internal';
import type { PermutationSpec } from '../symmetry';
import { assertComparableListings, hasOtherRows } from './assertComparableListings';
import { UsageError } from './exit';
import { FLAGS } from './flags';
import type { Listing } from './listCheckpoints';

/** The names, as in specs, of tensors that are exceptions: not permuted, not matched, left out or resized. */
export interface Exceptions {
  /** The tensors that the spec does not name. They are not permuted. */
  readonly unlisted: readonly string[];
  /** The tensors that the first checkpoint has and another one lacks. */
  readonly kept: readonly string[];
  /** The tensors that another checkpoint has and the first one lacks. */
  readonly leftOut: readonly string[];
  /** The tensors with another number of rows in some checkpoint. */
  readonly resized: readonly string[];
}

/** A spec that checkpoints fit by their names, and the exceptions. */
export interface FittedSpec extends Exceptions {
  readonly spec: PermutationSpec;
}

/** The flags for tensors that not all checkpoints have, or that the spec does not name. */
export interface SharingFlags {
  readonly allowUnlisted?: boolean;
  /** True to refuse checkpoints that differ in tensors. */
  readonly strict?: boolean;
  readonly embeddings?: 'first' | 'overlap';
}

/**
 * The spec for checkpoints, with unlisted tensors allowed if the flags say so. Throws unless the names of all
 * checkpoints fit the spec and each other. A tensor that one checkpoint has and another one lacks is an exception,
 * unless the spec requires it or the flags are strict.
 *
 * @param name - The name of the spec, for errors.
 */
export function fitSpec(
  name: string,
  named: PermutationSpec,
  listings: readonly Listing[],
  flags: SharingFlags,
): FittedSpec {
  const spec: PermutationSpec = flags.allowUnlisted ? { ...named, unlisted: 'fixed' } : named;
  const [first, ...others] = listings;
  for (const other of others) assertComparableListings(spec, first, other, flags);
  const isShared = (param: string) => listings.every(({ shapes }) => Object.hasOwn(shapes, param));
  const isListed = (param: string) => Object.hasOwn(spec.params, param);
  const names = [...new Set(listings.flatMap(({ shapes }) => Object.keys(shapes)))];
  const unlisted = names.filter((param) => isShared(param) && !isListed(param));
  if (spec.unlisted === 'error') assertNone(name, unlisted, listings);
  const unshared = names.filter(
    (param) => !isShared(param) && (mayLack(spec, param) || !isListed(param)),
  );
  if (flags.strict) assertAllShared(unshared, listings);
  return {
    spec,
    unlisted,
    kept: unshared.filter((param) => Object.hasOwn(first.shapes, param)),
    leftOut: unshared.filter((param) => !Object.hasOwn(first.shapes, param)),
    resized: names.filter(
      (param) => isShared(param) && others.some((other) => hasOtherRows(param, first, other)),
    ),
  };
}

function assertNone(spec: string, unlisted: readonly string[], listings: readonly Listing[]): void {
  if (unlisted.length === 0) return;
  throw new UsageError(
    `'${listings[0].path}' holds ${listNames(unlisted)}, which the spec ${spec} does not name. Add ${FLAGS.unlisted} if nothing in them is permuted, or add their patterns to a spec in JSON`,
  );
}

function assertAllShared(unshared: readonly string[], listings: readonly Listing[]): void {
  if (unshared.length === 0) return;
  const [param] = unshared;
  const [has, lacks] = [true, false].map((wanted) =>
    listings.find(({ shapes }) => Object.hasOwn(shapes, param) === wanted),
  );
  throw new UsageError(
    `'${has!.path}' holds ${listNames(unshared)}, and '${lacks!.path}' lacks '${param}'. Leave out --strict to merge what all have, with the rest of the first`,
  );
}

/** The exceptions among the fields of a result. */
export function exceptionsOf({ unlisted, kept, leftOut, resized }: Exceptions): Exceptions {
  return { unlisted, kept, leftOut, resized };
}

/** The options of the library for the flags. */
export function sharingOf({ strict, embeddings }: SharingFlags): Required<SharedOptions> {
  return { unshared: strict ? 'error' : 'first', embeddings: embeddings ?? 'error' };
}
