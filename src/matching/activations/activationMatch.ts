import { type AssignmentSolver, solveAssignment } from '../../assignment';
import { assertChoice, assertOptions } from '../../checks';
import { invalid, named } from '../../errors';
import type { BatchedInputs, NetworkInput, Params } from '../../params';
import { assertComparable, assertInputs, batchesOf, shapeKey } from '../../params/internal';
import { createDeviceYieldPoint, type LongWorkOptions } from '../../runtime';
import type { PermutationSpec } from '../../symmetry';
import { type ResolvedSpec, resolveSpec } from '../../symmetry/internal';
import type { TracedForward } from '../../tracing';
import type { MatchResult } from '../matchResult';
import { chooseEngine, type ProductEngine } from '../products/chooseEngine';
import type { ActivationKernel } from './activationKernel';
import { assignGroups } from './assignGroups';
import { type ActivationMatchProgress, compareActivations } from './compareActivations';
import { type ActivationsFn, givenPlans } from './givenPlans';
import { type ActivationCapture, tracedPlan } from './tracedPlan';
import type { ActivationPlan } from './unitSource';

/** Options of {@link activationMatch}: the source of the activations, and their comparison. */
export type ActivationMatchOptions = ActivationComparison & (TracedActivations | GivenActivations);

/** Activations found by tracing a forward function. */
export interface TracedActivations {
  /** The network's function, as at inference. It must do the same operations for all params and batches. */
  forward: TracedForward;
  /** The tensors to compare, of those that carry a group. Default `'last'`. */
  capture?: ActivationCapture;
  /** Not with `forward`. */
  activations?: undefined;
}

/** Activations returned by a function of the user's. */
export interface GivenActivations {
  /** The activations of each group. */
  activations: ActivationsFn;
  /** Not with `activations`. */
  forward?: undefined;
  /** Not with `activations`. */
  capture?: undefined;
}

/** The comparison of activations. */
export interface ActivationComparison extends LongWorkOptions<ActivationMatchProgress> {
  /**
   * The data, without labels: a tensor [N, …], a record of such tensors for a network of several inputs, or an
   * iterable of batches. An array of tensors holds batches unless the network fails on the first tensor by
   * itself and runs on the whole array: then it is one input of several tensors [N, …]. `[[x, z]]` is always
   * one batch of two tensors.
   */
  inputs: BatchedInputs;
  /** The number of samples in a batch, where `inputs` are not batches already. Default 250. */
  batchSize?: number;
  /** The comparison of units. Default `'linear'`. */
  kernel?: ActivationKernel;
  /** The solver of the assignment problems. Default {@link solveAssignment}. */
  solver?: AssignmentSolver;
  /**
   * The engine for matrix products. Default `'auto'`: our own kernels on tfjs's cpu and wasm backends; on all
   * others the backend itself, from which one n × n matrix is read for each group and batch.
   */
  engine?: ProductEngine;
}

/** The names of the options of {@link activationMatch}. */
export const ACTIVATION_MATCH_OPTIONS = {
  ...{ forward: true, capture: true, activations: true, inputs: true, batchSize: true },
  ...{ kernel: true, solver: true, engine: true, signal: true, onProgress: true },
} as const satisfies Record<keyof ActivationMatchOptions, true>;

/**
 * Finds the permutations of B's hidden units that bring their activations closest to those of A's on
 * data. For each group it maximises Σᵢ G[i, p[i]], where
 *
 *     G[i, j] = Σ over samples of  zᵢ(A) · zⱼ(B)
 *
 * and z are the units' activations. Every position of a convolution or a sequence is a sample. Each group is
 * one assignment problem, without sweeps. A group with others inside its units (attention heads) is solved
 * together with them, exactly.
 *
 * No hooks are needed: `forward` is traced on the first batch, which finds the tensors that carry each group.
 * Matching compares the outputs of operations that have parameters: a contraction with its bias, *before* the
 * nonlinearity (also where tfjs fuses it into the kernel), a normalisation, an embedding. `capture` chooses
 * among several. Under `'last'` these are a dense layer before its ReLU, a convolution after its batch norm,
 * and a residual stream after the last block that adds to it. A tensor on which another group moves the
 * samples is used only if a group has no other tensor. The group then waits for the other's permutation, and
 * is compared in another pass over the data.
 *
 * Batches are summed in n × n matrices: the activations of one batch are in memory at a time.
 *
 * `alignment` of the result is the correlation of the activations, under every kernel: with x the units of A
 * and y those of B, each less its mean over the samples,
 *
 *     Σᵢ ⟨xᵢ, y_p[i]⟩ / √(Σᵢ ‖xᵢ‖² · Σᵢ ‖yᵢ‖²)
 *
 * over the units of a group, or of all groups; before, with p the identity, and after. For a group that waits,
 * the samples are those of its own pass. Means are subtracted from sums: if a unit's mean is a thousand times
 * its standard deviation, the correlation is exact under the kernel `'correlation'` alone.
 *
 * @param spec - The axes that share each group.
 * @param a - The reference.
 * @param b - The network to permute: the same names, shapes and dtypes. Both are left as they are.
 * @param options - `inputs`, and `forward` or `activations`; all others have defaults.
 * @returns The permutations, for `permute(spec, b, permutations)`. `objective` is S = Σ over the groups of
 * Σᵢ G[i, p[i]]; `history` is S at the start and after each group (a group that waits is included from its
 * pass on); `similarity` is each unit's part of S.
 * @throws InvalidInputError when the params do not fit the spec or each other, an option is out of range, a
 * group of the spec does not move as one in `forward` or has no activations, the operations of `forward`
 * depend on values, or activations are not finite. AbortError on abort.
 * @see Ainsworth, Hayase & Srinivasa 2023, Git Re-Basin (arXiv 2209.04836); Li et al. 2015, Convergent
 * learning (arXiv 1511.07543).
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { activationMatch, permutationSpec, permute } from 'perm-lmc';
 *
 * const spec = permutationSpec({ in: '_ h', out: 'h _' });
 * const forward = (params: tf.NamedTensorMap, x: tf.Tensor) =>
 *   tf.matMul(tf.relu(tf.matMul(x as tf.Tensor2D, params.in as tf.Tensor2D)), params.out as tf.Tensor2D);
 * const a = { in: tf.randomNormal([8, 16]), out: tf.randomNormal([16, 4]) };
 * const b = { in: tf.randomNormal([8, 16]), out: tf.randomNormal([16, 4]) };
 * const { permutations } = await activationMatch(spec, a, b, { forward, inputs: tf.randomNormal([100, 8]) });
 * const aligned = permute(spec, b, permutations);
 * ```
 */
export async function activationMatch(
  spec: PermutationSpec,
  a: Params,
  b: Params,
  options: ActivationMatchOptions,
): Promise<MatchResult> {
  return named('activationMatch', async () => {
    assertOptions(options, ACTIVATION_MATCH_OPTIONS);
    const {
      forward,
      activations,
      capture = 'last',
      inputs,
      batchSize = 250,
      kernel = 'linear',
      solver = solveAssignment,
      engine = 'auto',
      signal,
      onProgress,
    } = options;
    assertSource(forward, activations);
    assertChoice('capture', capture, ['last', 'first', 'all']);
    assertChoice('kernel', kernel, ['linear', 'cosine', 'correlation']);
    assertInputs(inputs, batchSize);
    assertComparable(a, b);
    const resolved = resolveSpec(spec, a);
    const yieldPoint = createDeviceYieldPoint(signal);
    await yieldPoint();
    const planOf = activations
      ? givenPlans(resolved, activations, a)
      : tracedPlans(resolved, forward!, a, capture);
    const batches = batchesOf(inputs, batchSize, planOf);
    const comparison = { planOf, kernel, engine: chooseEngine(engine, false), yieldPoint };
    const total = batches.count;
    let pass = 0;
    return assignGroups(resolved.groups, {
      solver,
      yieldPoint,
      compare(isWanted, permutations) {
        pass++;
        return compareActivations(a, b, comparison, {
          batches: batches.each(),
          isWanted,
          permutations,
          onBatch: (progress) => onProgress?.({ ...progress, total, pass }),
        });
      },
    });
  });
}

/** The plan for inputs of each shape. The forward pass is traced once for each shape. */
function tracedPlans(
  resolved: ResolvedSpec,
  forward: TracedForward,
  a: Params,
  capture: ActivationCapture,
): (input: NetworkInput) => ActivationPlan {
  const found = new Map<string, (input: NetworkInput) => ActivationPlan>();
  return (input) => {
    const key = shapeKey(input);
    const plan = found.get(key) ?? tracedPlan(resolved, forward, a, input, capture);
    found.set(key, plan);
    return plan(input);
  };
}

function assertSource(forward: unknown, activations: unknown): void {
  if ((typeof forward === 'function') === (typeof activations === 'function')) {
    throw invalid(
      `${forward ? 'both' : 'neither'} of forward and activations ${forward ? 'are functions' : 'is a function'}`,
      'Pass { forward, inputs } to have the activations found, or { activations, inputs } to give them',
      { param: forward ? 'activations' : 'forward' },
    );
  }
}
