import { listNames } from '../checks';
import { mayLack } from '../node/internal';
import type { PermutationSpec } from '../symmetry';
import { assertComparableListings } from './assertComparableListings';
import { assertSpecPrefix } from './assertSamePrefix';
import { UsageError } from './exit';
import { FLAGS } from './flags';
import type { Listing } from './listCheckpoint';

/** The tensors that are treated in another way than the rest; each under its name in specs. */
export interface Exceptions {
  /** The tensors that the spec does not name: none of them is permuted. */
  readonly unlisted: readonly string[];
  /** The tensors that only the first of several checkpoints and some of the others have. */
  readonly kept: readonly string[];
  /** The tensors that the first of several checkpoints lacks. */
  readonly leftOut: readonly string[];
}

/** A spec that checkpoints fit by their names, and the tensors that are treated in another way. */
export interface FittedSpec extends Exceptions {
  readonly spec: PermutationSpec;
}

/** The option that has tensors pass that a spec does not name. */
export interface UnlistedFlags {
  readonly allowUnlisted?: boolean;
}

/**
 * The spec for checkpoints, with unlisted tensors allowed where the flags say so. Throws unless the names of
 * all of them fit it and each other.
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
    `'${path}' holds ${listNames(unlisted)}, which the spec ${spec} does not name. If nothing in them is permuted, add ${FLAGS.unlisted}; otherwise add them to a spec in JSON`,
  );
}
