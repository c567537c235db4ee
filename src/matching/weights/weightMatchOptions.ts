import { type AssignmentSolver, solveAssignment } from '../../assignment';
import { assertFunction, type OptionTable } from '../../checks';
import { isTrainable, type ParameterFilter } from '../../params';
import type { Permutations } from '../../permutation';
import { type LongWorkOptions, longWork } from '../../runtime';
import type { ProductEngine } from '../products/chooseEngine';
import type { MatchStart } from './firstStart';
import type { GroupOrder } from './groupOrder';
import type { MatchMethod } from './matchMethod';
import type { MatchThreads } from './matchThreads';
import type { MatchBound } from './prepareMatch';
import type { WeightMatchProgress } from './runMatches';
import { searchExtent } from './search/searchExtent';
import type { SearchOptions } from './search/searchOptions';
import type { SimilarityKernel } from './similarityKernel';

/** Options of `weightMatch`. */
export interface WeightMatchOptions extends LongWorkOptions<WeightMatchProgress> {
  /** The order in which a sweep visits the groups. Default `'random'`. */
  order?: GroupOrder;
  /** The seed of random orders and random starts; the same seed gives the same result. Default 0. */
  seed?: number;
  /** The number of runs, 1 … 100000. All but the first start at random; the best is returned. Default 1. */
  restarts?: number;
  /** The start of the first run. Default `'auto'`, the better of unit signatures and the identity. */
  start?: MatchStart;
  /** The start of the first run as permutations, in place of `start`: one for each group. */
  initial?: Permutations;
  /**
   * The algorithm. Default `'frankWolfe'`, which ends in better optima of residual and of deep networks. It is followed
   * by coordinate descent, and left out where its matrices, 8·n² bytes a group, would take more memory than the networks
   * and 64 MB.
   */
  method?: MatchMethod;
  /** A search for a better optimum after the runs. Default: none. */
  search?: SearchOptions;
  /** The number of sweeps after which a run ends even if it has not converged. Default 100. */
  maxSweeps?: number;
  /** The comparison of units. Default `'linear'`. */
  kernel?: SimilarityKernel;
  /** The upper bound on S in the result. Default `'norm'`. */
  bound?: MatchBound;
  /**
   * The parameters that are included in the objective; all are permuted. Default {@link isTrainable}:
   * moving statistics of batch normalisation are not included. `() => true` includes them, as the reference
   * implementation does.
   */
  include?: ParameterFilter;
  /** The solver of the assignment problems. Default {@link solveAssignment}. */
  solver?: AssignmentSolver;
  /**
   * True keeps the part that each parameter adds to a gram, and corrects it where few units have moved. The
   * permutations are the same with less work, unless two assignments are equal within the rounding of a
   * correction. False computes every part anew at every step. Default true.
   */
  incremental?: boolean;
  /**
   * The engine for matrix products. Default `'auto'`: our own kernels on tfjs's cpu and wasm backends, the
   * backend itself on all others. The results agree within rounding.
   */
  engine?: ProductEngine;
  /**
   * Threads that share the work, from `startThreads` of `perm-lmc/node`. Several runs, or several matches at
   * once, run side by side; a single run has its large products split. The result is the same. They take the
   * memory of both networks once more. Default: none.
   */
  threads?: MatchThreads;
}

/** The names of the options of `weightMatch`. */
export const WEIGHT_MATCH_OPTIONS = {
  ...{ order: true, seed: true, restarts: true, start: true, initial: true, method: true },
  ...{ search: true, maxSweeps: true, kernel: true, bound: true },
  ...{ include: true, solver: true, engine: true, threads: true },
  ...{ signal: true, onProgress: true },
  incremental: 'boolean',
} as const satisfies OptionTable<WeightMatchOptions>;

/** The options of a match with all defaults, for the public functions that match weights. */
export function completeOptions({
  order = 'random',
  seed = 0,
  restarts = 1,
  start,
  initial,
  method = 'frankWolfe',
  search: searchOptions,
  maxSweeps = 100,
  kernel = 'linear',
  bound = 'norm',
  include = isTrainable,
  solver = solveAssignment,
  incremental = true,
  engine = 'auto',
  threads,
  signal,
  onProgress,
}: WeightMatchOptions) {
  assertFunction('include', include, 'Pass (name) => true for the parameters to include');
  assertFunction('solver', solver, 'Leave it out for solveAssignment');
  const runs = { order, seed, restarts, start, initial, method, maxSweeps, kernel, bound };
  const search = searchExtent(searchOptions, seed);
  const work = { solver, incremental, engine, threads, ...longWork({ signal, onProgress }) };
  return { ...runs, searchOptions, search, measureLosses: null, include, ...work };
}
