import {
  assertChoice,
  assertFunction,
  assertInteger,
  assertOptions,
  type OptionTable,
} from '../../checks';
import { named } from '../../errors';
import { isTrainable, type ParameterFilter, type Params } from '../../params';
import { mapParams } from '../../params/internal';
import {
  assertSeed,
  createDeviceYieldPoint,
  type LongWorkOptions,
  longWork,
  type Progress,
  randomSource,
} from '../../runtime';
import type { PermutationSpec } from '../../symmetry';
import { compareNetworks } from './compareNetworks';
import { assertMergedSize, type MergedSize } from './mergedSize';
import { type FoundPairs, pairDescent } from './pairDescent';
import type { PairKernel } from './pairKernel';
import { type ResolvedPair, resolvePair } from './resolvePair';
import { unionUnits } from './unionUnits';

/** The units of a group without a partner. */
export interface UnmatchedUnits {
  /** Units of a. */
  readonly a: Int32Array;
  /** Units of b. */
  readonly b: Int32Array;
}

/** The progress of {@link partialMatch}. */
export interface PartialMatchProgress extends Progress {
  /** The sweep, from 1. */
  readonly sweep: number;
  /** The group whose pairs were solved for. */
  readonly group: string;
  /** The objective after the step. */
  readonly objective: number;
}

/** Options of {@link partialMatch}. */
export interface PartialMatchOptions extends LongWorkOptions<PartialMatchProgress> {
  /** The number of units of each group after the merge. Default `'max'`: every unit of the narrower network is paired. */
  size?: MergedSize;
  /** The comparison of units. Default `'distance'`. */
  kernel?: PairKernel;
  /** The seed of the order of later sweeps; the same seed gives the same result. Default 0. */
  seed?: number;
  /** The number of sweeps after which the match ends even if it has not converged. Default 100. */
  maxSweeps?: number;
  /** The parameters that are compared. Default {@link isTrainable}: moving statistics are left out. */
  include?: ParameterFilter;
}

/** The result of {@link partialMatch}. */
export interface PartialMatchResult {
  /** By group, `[units of a]`: the unit of b that each unit of a is paired with; −1 for none. */
  readonly pairs: Record<string, Int32Array>;
  /** By group, the units without a partner. */
  readonly unmatched: Record<string, UnmatchedUnits>;
  /** By group, the number of units of the merged network. */
  readonly sizes: Record<string, number>;
  /** The objective of the pairs, over the values that both networks have. */
  readonly objective: number;
  /** The objective after the first sweep and after each step of later ones. */
  readonly history: readonly number[];
  /** The number of sweeps. */
  readonly sweeps: number;
  /** True if the last sweep changed nothing. */
  readonly converged: boolean;
}

/**
 * Pairs the hidden units of two networks of different width by their weights. Units may stay alone: of n_A and n_B units
 * and N in the merged network, exactly
 *
 *     k = n_A + n_B − N,     max(n_A, n_B) ≤ N ≤ n_A + n_B
 *
 * are paired. With the other groups held, the pairs of a group are the best k entries, no two in a row or column, of a
 * matrix of units of A × units of B. Units are compared by the values that both networks have: rows are restricted to
 * the paired units of other groups. Sweeps over the groups go on until no pair changes; the first goes forward from the
 * inputs.
 *
 * {@link unite} makes two networks of one width from the pairs, for `interpolate` and `barrier`.
 *
 * Groups whose units are read together (`joint` of the spec: layer norm, dot products) must be of one size: see
 * {@link widen}.
 *
 * @param spec - The axes that share each group. Sizes in it hold where they fit; others are read from the networks.
 * @param a - A network, such as `a.kernel` `[inputs, n_A]`.
 * @param b - Another of the same names, such as `b.kernel` `[inputs, n_B]`. Both are left as they are.
 * @param options - All have defaults.
 * @returns The pairs, with the course of the match.
 * @throws InvalidInputError before any step, when the networks do not fit the spec or differ in more than the number of
 * hidden units, a size is out of reach, a compared value is not finite, or an option is out of range. AbortError on
 * abort.
 * @see Sharma et al. 2024, Simultaneous linear connectivity of neural networks modulo permutation (arXiv 2404.06498).
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { partialMatch, permutationSpec } from 'perm-lmc';
 *
 * const spec = permutationSpec({ in: '_ h>', out: '>h _' });
 * const a = { in: tf.tensor2d([[1, 3, 2]]), out: tf.tensor2d([[1], [3], [5]]) };
 * const b = { in: tf.tensor2d([[2, 1]]), out: tf.tensor2d([[5], [1]]) };
 * const { pairs, unmatched } = await partialMatch(spec, a, b);
 * pairs.h; // Int32Array [1, -1, 0]
 * unmatched.h; // { a: Int32Array [1], b: Int32Array [] }
 * ```
 */
export async function partialMatch(
  spec: PermutationSpec,
  a: Params,
  b: Params,
  options: PartialMatchOptions = {},
): Promise<PartialMatchResult> {
  return named('partialMatch', async () => {
    assertOptions(options, PARTIAL_MATCH_OPTIONS);
    const { size, kernel, seed, maxSweeps, include, signal, onProgress } = completed(options);
    const pair = resolvePair(spec, a, b);
    const yieldPoint = createDeviceYieldPoint(signal);
    await yieldPoint();
    const networks = await compareNetworks(pair.specA, pair, { size, include, yieldPoint });
    let done = 0;
    const found = await pairDescent(networks, {
      kernel,
      maxSweeps,
      random: randomSource(seed),
      onStep: (step) => onProgress?.({ done: ++done, total: null, ...step }),
      yieldPoint,
    });
    return { ...chosenPairs(found, pair), ...courseOf(found) };
  });
}

const PARTIAL_MATCH_OPTIONS = {
  ...{ size: true, kernel: true, seed: true, maxSweeps: true, include: true },
  ...{ signal: true, onProgress: true },
} as const satisfies OptionTable<PartialMatchOptions>;

/** The options with all defaults. */
function completed({
  size = 'max',
  kernel = 'distance',
  seed = 0,
  maxSweeps = 100,
  include = isTrainable,
  ...work
}: PartialMatchOptions) {
  assertMergedSize(size);
  assertChoice('kernel', kernel, ['distance', 'cosine', 'linear']);
  assertSeed(seed);
  assertInteger('maxSweeps', maxSweeps, 1);
  assertFunction('include', include, 'Pass (name) => true for the parameters to include');
  return { size, kernel, seed, maxSweeps, include, ...longWork(work) };
}

/** The pairs, the units that they leave alone, and the sizes of the union. */
function chosenPairs({ pairs }: FoundPairs, { resolvedA, resolvedB }: ResolvedPair) {
  const union = unionUnits(resolvedA.groups, resolvedB.groups, pairs, 'all');
  const unmatched = mapParams(union, ({ a, b }) => ({
    a: a.filter((unit, at) => unit >= 0 && b[at] < 0),
    b: b.filter((unit, at) => unit >= 0 && a[at] < 0),
  }));
  return { pairs: { ...pairs }, unmatched, sizes: mapParams(union, ({ a }) => a.length) };
}

function courseOf({ objective, history, sweeps, converged }: FoundPairs) {
  return { objective, history, sweeps, converged };
}
