import { clone, dispose, tidy } from '@tensorflow/tfjs-core';
import { type AssignmentSolver, solveAssignment } from '../../assignment';
import { named } from '../../errors';
import { isTrainable, type ParameterFilter, type Params } from '../../params';
import { assertComparable, mapParams } from '../../params/internal';
import type { Permutations } from '../../permutation';
import { createDeviceYieldPoint, type LongWorkOptions, read } from '../../runtime';
import type { PermutationSpec } from '../../symmetry';
import { type ResolvedSpec, resolveSpec, toView } from '../../symmetry/internal';
import { dtypesOf } from '../dtypesOf';
import type { MatchResult } from '../matchResult';
import { backendProducts } from '../products/backendProducts';
import { chooseEngine, type ProductEngine } from '../products/chooseEngine';
import { packedProducts } from '../products/packedProducts';
import type { Products } from '../products/products';
import { tensorNorms } from '../products/tensorNorms';
import { weightNorms } from '../products/weightNorms';
import { tensorWeights } from '../products/weights';
import type { DescentStep } from './coordinateDescent';
import type { GroupOrder } from './groupOrder';
import { assertSettings, planMatch } from './matchPlan';
import type { MatchThreads } from './matchThreads';
import { matchWeights } from './matchWeights';
import type { SimilarityKernel } from './similarityKernel';
import type { Term } from './term';

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
   * moved: the same permutations with less work, unless two assignments are equal within the rounding of
   * a correction. False computes everything anew at every step. Default true.
   */
  incremental?: boolean;
  /**
   * Who multiplies. Default `'auto'`: our own kernels where tfjs runs on its cpu or wasm backend, else
   * the backend. The results agree within rounding.
   */
  engine?: ProductEngine;
  /**
   * Threads to share the work among, from `startThreads` of `perm-lmc/node`: several runs, or several
   * matches at once, are made side by side; the large products of a match that is alone are split.
   * The result is the same. Takes the memory of both networks once more. Default: none.
   */
  threads?: MatchThreads;
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
 * group at a time is solved exactly with the others held, in sweeps, until no group moves; with it all that is
 * inside its units, such as the dimensions inside attention heads. S never falls. On tfjs's cpu and wasm backends the weights are read and multiplied by kernels of our own
 * (`engine`); on others the products run there, and one n × n matrix is read back for each group that is
 * solved. Extra memory: 1.25 times the two networks (at least 64 MB) for what is kept between steps, 16·n²
 * bytes for the largest group, and twice the largest parameter.
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
    engine = 'auto',
    threads,
    signal,
    onProgress,
  }: WeightMatchOptions = {},
): Promise<MatchResult> {
  return named('weightMatch', async () => {
    const settings = { order, seed, restarts, initial, maxSweeps, kernel, include, threads };
    assertSettings(settings);
    assertComparable(a, b);
    const plan = planMatch(resolveSpec(spec, a), dtypesOf(a), settings);
    const packed = chooseEngine(engine, threads !== undefined) === 'packed';
    const yieldPoint = createDeviceYieldPoint(signal);
    const onStep = onProgress
      ? (restart: number, step: DescentStep) => onProgress({ restart, ...step })
      : null;

    const viewedA = viewsOf(a, plan.resolved);
    const viewedB = viewsOf(b, plan.resolved);
    const weights = tensorWeights(viewedA, viewedB, plan.names);
    const networks = {
      weights,
      productsOf: (terms: readonly Term[]): Products<unknown> =>
        packed ? packedProducts(weights, terms) : backendProducts(viewedA, viewedB, terms),
      squaredNorms: packed ? weightNorms(weights) : tensorNorms(viewedA, viewedB),
      readStored: async (network: 'a' | 'b', param: string) => {
        const tensor = { a, b }[network][param];
        return { values: await read(tensor), shape: tensor.shape };
      },
    };
    const context = { solver, yieldPoint, incremental, signal, onStep };
    try {
      return await matchWeights(plan, networks, context, threads);
    } finally {
      dispose([viewedA, viewedB]);
    }
  });
}

/** The views of a network's parameters, as tensors of our own. */
function viewsOf(params: Params, { views }: ResolvedSpec): Params {
  return tidy(() =>
    mapParams(params, (tensor, name) => {
      const view = views.get(name);
      return clone(view ? toView(tensor, view) : tensor);
    }),
  );
}
