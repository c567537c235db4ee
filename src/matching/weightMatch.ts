import type { AssignmentSolver } from '../assignment/assignment';
import { solveAssignment } from '../assignment/solveAssignment';
import { invalid } from '../errors';
import { assertComparable } from '../params/check';
import { isTrainable, type ParameterFilter } from '../params/isTrainable';
import type { Params } from '../params/params';
import type { Permutations } from '../permutation/permutation';
import { createCheckpoint, type LongWorkOptions } from '../progress';
import { randomSource } from '../random';
import { assertPermutations, identityOf, randomOf } from '../spec/permutations';
import { resolveSpec } from '../spec/resolve';
import type { PermutationSpec } from '../spec/spec';
import { assertFinite } from './assertFinite';
import { coordinateDescent, type DescentStep } from './coordinateDescent';
import { plainGrams } from './grams';
import { type GroupOrder, sweepOrders } from './groupOrder';
import { incrementalGrams } from './incrementalGrams';
import { cosineTerms, linearTerms, type SimilarityKernel } from './kernel';
import type { MatchResult } from './matchResult';
import { votingParameters } from './votingParameters';

/** Options of {@link weightMatch}. */
export interface WeightMatchOptions extends LongWorkOptions<WeightMatchProgress> {
  /** In which order a sweep visits the groups. Default `'random'`. */
  order?: GroupOrder;
  /** Seeds random orders and random starts; the same seed gives the same result. Default 0. */
  seed?: number;
  /** How many runs to make, the best one being returned: the first from `initial`, the others from random permutations. Default 1. */
  restarts?: number;
  /** Where the first run starts. Default: the identity. */
  initial?: Permutations;
  /** After how many sweeps a run ends even if it has not converged. Default 100. */
  maxSweeps?: number;
  /** How units are compared. Default `'linear'`. */
  kernel?: SimilarityKernel;
  /**
   * Which parameters vote; all are permuted. Default {@link isTrainable}: moving statistics of batch
   * normalisation do not vote. `() => true` lets them, as the reference implementation does.
   */
  include?: ParameterFilter;
  /** Solves the assignment problems. Default {@link solveAssignment}. */
  solver?: AssignmentSolver;
  /**
   * Whether to keep what each parameter adds to the grams and to correct it where few units have
   * moved, which gives the same permutations with less work. False computes everything anew at every
   * step. Default true.
   */
  incremental?: boolean;
}

/** What `onProgress` of {@link weightMatch} receives after every step. */
export interface WeightMatchProgress extends DescentStep {
  /** The run that the step belongs to, from 0. */
  readonly restart: number;
}

/**
 * Finds the permutations of B's hidden units that bring its weights closest to A's: weight matching
 * by coordinate descent. It maximises
 *
 *     S(P) = Σ_w ⟨A_w, (P B)_w⟩
 *
 * over the parameters w that vote, each counted once; for equal norms that is least distance. One
 * group at a time is solved exactly with the others held, in sweeps, until no group moves. S never
 * falls. Products run on the user's tfjs backend, and one n × n matrix is read back for each group that
 * is solved. Extra memory: as much as the two networks together for what is kept between steps, and a
 * few times the largest parameter.
 *
 * @param spec - Which axes share which group.
 * @param a - The reference.
 * @param b - The network to permute: the same names, shapes and dtypes. Both are left as they are.
 * @param options - All have defaults.
 * @returns The permutations (use them with `permute(spec, b, permutations)`) and how they were found.
 * @throws InvalidInputError before any step: params that do not fit the spec or each other, values
 * that are not finite, integer tensors that should vote, options out of range. AbortError on abort.
 * @see Ainsworth, Hayase & Srinivasa 2023, Git Re-Basin (arXiv 2209.04836).
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { permutationSpec, permute, weightMatch } from 'perm-lmc';
 *
 * const spec = permutationSpec({ in: '_ h', out: 'h _' });
 * const a = { in: tf.randomNormal([8, 16]), out: tf.randomNormal([16, 4]) };
 * const b = { in: tf.randomNormal([8, 16]), out: tf.randomNormal([16, 4]) };
 * const { permutations, objective } = await weightMatch(spec, a, b, { seed: 0 });
 * const aligned = permute(spec, b, permutations);
 * ```
 */
export async function weightMatch(
  spec: PermutationSpec,
  a: Params,
  b: Params,
  {
    order = 'random',
    seed = 0,
    restarts = 1,
    initial,
    maxSweeps = 100,
    kernel = 'linear',
    include = isTrainable,
    solver = solveAssignment,
    incremental = true,
    signal,
    onProgress,
  }: WeightMatchOptions = {},
): Promise<MatchResult> {
  const fn = 'weightMatch';
  assertCount(fn, 'restarts', restarts);
  assertCount(fn, 'maxSweeps', maxSweeps);
  assertKernel(fn, kernel);
  assertComparable(fn, a, b);
  const resolved = resolveSpec(fn, spec, a);
  if (initial) assertPermutations(fn, resolved, initial);
  const names = votingParameters(fn, resolved, a, include);
  const random = randomSource(seed);
  const groups = resolved.groups.map(({ name }) => name);
  const nextOrder = sweepOrders(fn, order, groups, random);
  const checkpoint = createCheckpoint(signal);
  await checkpoint();

  const start = initial ? structuredClone(initial) : identityOf(resolved);
  await assertFinite(fn, a, b, resolved, start);
  const terms =
    kernel === 'linear'
      ? linearTerms(names, resolved.places)
      : await cosineTerms(a, b, names, resolved.places);
  const comparison = { a, b, terms };
  const grams = incremental ? incrementalGrams(comparison, groups) : plainGrams(comparison);
  try {
    let best: MatchResult | null = null;
    for (let restart = 0; restart < restarts; restart++) {
      const result = await coordinateDescent(comparison, grams, {
        initial: restart === 0 ? start : randomOf(resolved, random),
        nextOrder,
        maxSweeps,
        solver,
        checkpoint,
        onStep: (step) => onProgress?.({ restart, ...step }),
      });
      if (!best || result.objective > best.objective) best = result;
    }
    return best!;
  } finally {
    grams.dispose();
  }
}

function assertCount(fn: string, option: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) {
    throw invalid(
      fn,
      `${option} must be an integer ≥ 1, received ${value}`,
      'Leave it out for the default',
    );
  }
}

function assertKernel(fn: string, kernel: SimilarityKernel): void {
  if (kernel !== 'linear' && kernel !== 'cosine') {
    throw invalid(
      fn,
      `kernel must be 'linear' or 'cosine', received ${String(kernel)}`,
      "Leave it out for 'linear'",
    );
  }
}
