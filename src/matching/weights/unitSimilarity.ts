import { dispose, mul, sum, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { assertFunction, assertOptions } from '../../checks';
import { named } from '../../errors';
import { isTrainable, type ParameterFilter, type Params } from '../../params';
import { assertComparable } from '../../params/internal';
import type { Permutations } from '../../permutation';
import { read } from '../../runtime';
import type { PermutationSpec } from '../../symmetry';
import {
  assertPermutations,
  identityOf,
  type Place,
  permuteResolved,
  placePositions,
  type ResolvedSpec,
  resolveSpec,
  toView,
} from '../../symmetry/internal';
import { dtypesOf } from '../dtypesOf';
import { includedParameters } from './includedParameters';

/** Options of {@link unitSimilarity}. */
export interface UnitSimilarityOptions {
  /** The permutations of B. Default: the identity. */
  permutations?: Permutations;
  /** The parameters that are included. Default {@link isTrainable}, as for `weightMatch`. */
  include?: ParameterFilter;
}

/**
 * The similarity of the paired units of two networks by their weights: for each group and each unit i of A
 *
 *     Σ_w ⟨unit i of A_w, unit i of (P B)_w⟩
 *
 * over the included parameters w. This is the `similarity` that {@link weightMatch} returns, for any
 * permutation and without a match. The default, the identity, gives the similarity before a match. It takes
 * one elementwise product of the parameters and no n × n matrix.
 *
 * @param spec - The axes that share each group.
 * @param a - The reference.
 * @param b - The network to compare: the same names, shapes and dtypes. Both are left as they are.
 * @param options - All have defaults.
 * @returns For each group an array [units].
 * @throws InvalidInputError when the params do not fit the spec or each other, or the permutations do not
 * fit the spec.
 *
 * @example
 * ```ts given=networks
 * import { unitSimilarity, weightMatch } from 'perm-lmc';
 *
 * const before = await unitSimilarity(spec, a, b);
 * const { similarity: after } = await weightMatch(spec, a, b);
 * [before.h1[0], after.h1[0]]; // of A's first unit
 * ```
 */
export async function unitSimilarity(
  spec: PermutationSpec,
  a: Params,
  b: Params,
  options: UnitSimilarityOptions = {},
): Promise<Record<string, Float64Array>> {
  return named('unitSimilarity', async () => {
    assertOptions(options, { permutations: true, include: true });
    const { permutations, include = isTrainable } = options;
    assertFunction('include', include, 'Pass (name) => true for the parameters to include');
    assertComparable(a, b);
    const resolved = resolveSpec(spec, a);
    if (permutations !== undefined) assertPermutations(resolved, permutations);
    const names = new Set(includedParameters(resolved, dtypesOf(a), include));
    const places = resolved.places.filter(({ param }) => names.has(param));
    const sums = tidy(() => {
      const aligned = permuteResolved(resolved, b, permutations ?? identityOf(resolved));
      return places.map((place) => productAlong(place, resolved, a, aligned));
    });
    try {
      const similarity = Object.fromEntries(
        resolved.groups.map(({ name, size }) => [name, new Float64Array(size)]),
      );
      for (const [i, place] of places.entries()) {
        addToUnits(similarity[place.group], place, await read(sums[i]));
      }
      return similarity;
    } finally {
      dispose(sums);
    }
  });
}

/** Σ A_w·B_w over all axes but that of a place: `[shape[axis]]`. */
function productAlong(
  { param, axis }: Place,
  { views }: ResolvedSpec,
  a: Params,
  b: Params,
): Tensor {
  const view = views.get(param)!;
  const others = view.shape.map((_, i) => i).filter((i) => i !== axis);
  return sum(mul(toView(a[param], view), toView(b[param], view)), others);
}

function addToUnits(units: Float64Array, place: Place, values: ArrayLike<number>): void {
  const positions = placePositions(place);
  positions.forEach((position, i) => {
    units[Math.floor(i / place.copies)] += values[position];
  });
}
