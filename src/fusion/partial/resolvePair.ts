import { invalid } from '../../errors';
import type { Params } from '../../params';
import { assertRecord, assertSameNames } from '../../params/internal';
import type { PermutationSpec } from '../../symmetry';
import { placePositions, type ResolvedSpec, resolveSpec } from '../../symmetry/internal';
import { specOfNetwork } from '../embed/specOfNetwork';
import { type PlacedAxis, placedView } from '../units/placedView';

/** Two networks of one spec, whose groups may have different sizes. */
export interface ResolvedPair {
  readonly a: Params;
  readonly b: Params;
  /** The spec for the sizes of a. */
  readonly specA: PermutationSpec;
  readonly resolvedA: ResolvedSpec;
  readonly resolvedB: ResolvedSpec;
}

/**
 * Resolves a spec for two networks.
 *
 * @throws InvalidInputError when names or dtypes differ, a network does not fit the spec, or positions that no group
 * moves differ in number.
 */
export function resolvePair(spec: PermutationSpec, a: Params, b: Params): ResolvedPair {
  assertRecord('a', a);
  assertRecord('b', b);
  assertSameNames(
    a,
    b,
    ['a', 'b'],
    ({ from, to }) => `pass renamePrefix(b, { from: '${from}', to: '${to}' })`,
  );
  const specA = specOfNetwork(spec, a);
  const resolvedA = resolveSpec(specA, a);
  const resolvedB = resolveSpec(specOfNetwork(spec, b), b);
  for (const name of Object.keys(a)) assertAlike(name, a, b, resolvedA, resolvedB);
  return { a, b, specA, resolvedA, resolvedB };
}

/** Throws unless a parameter differs in the sizes of groups alone. */
function assertAlike(
  name: string,
  a: Params,
  b: Params,
  resolvedA: ResolvedSpec,
  resolvedB: ResolvedSpec,
): void {
  const [own, other] = [a[name], b[name]];
  if (own.dtype !== other.dtype) {
    throw invalid(
      `parameter '${name}' is ${own.dtype} in a and ${other.dtype} in b`,
      'Cast them to the same dtype',
      { param: name, received: other.dtype },
    );
  }
  const axesB = placedView(name, other.shape, resolvedB).axes;
  placedView(name, own.shape, resolvedA).axes.forEach((axis, at) => {
    const samePlaces =
      axis.places.length === axesB[at].places.length &&
      axis.places.every(({ group }, p) => group === axesB[at].places[p].group);
    if (samePlaces && fixedPositions(axis) === fixedPositions(axesB[at])) return;
    throw invalid(
      `parameter '${name}' has other positions without a group in a, shape [${own.shape}], than in b, shape [${other.shape}]`,
      'Pass networks that differ in the number of hidden units alone',
      { param: name, axis: at, received: other.shape },
    );
  });
}

/** The number of positions of an axis that no place has. */
function fixedPositions({ size, places }: PlacedAxis): number {
  const placed = new Uint8Array(size);
  for (const place of places) for (const position of placePositions(place)) placed[position] = 1;
  return placed.filter((isPlaced) => isPlaced === 0).length;
}
