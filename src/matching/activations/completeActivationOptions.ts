import { type AssignmentSolver, solveAssignment } from '../../assignment';
import { assertChoice, assertFunction, type OptionTable } from '../../checks';
import { invalid } from '../../errors';
import type { BatchedInputs } from '../../params';
import { assertInputs } from '../../params/internal';
import { type LongWorkOptions, longWork } from '../../runtime';
import type { TracedForward } from '../../tracing';
import type { ProductEngine } from '../products/chooseEngine';
import type { ActivationKernel } from './activationKernel';
import type { ActivationMatchProgress } from './compareActivations';
import type { ActivationsFn } from './givenPlans';
import type { ActivationCapture } from './tracedPlan';

/** Options of `activationMatch`: the source of the activations, and their comparison. */
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

/** The names of the options of `activationMatch`. */
export const ACTIVATION_MATCH_OPTIONS = {
  ...{ forward: true, capture: true, activations: true, inputs: true, batchSize: true },
  ...{ kernel: true, solver: true, engine: true, signal: true, onProgress: true },
} as const satisfies OptionTable<ActivationMatchOptions>;

/** Options with their defaults. */
export type ActivationSettings = ReturnType<typeof completeActivationOptions>;

/** The options with their defaults, checked. */
export function completeActivationOptions({
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
}: ActivationMatchOptions) {
  assertSource(forward, activations);
  assertFunction('solver', solver, 'Leave it out for solveAssignment');
  assertChoice('capture', capture, ['last', 'first', 'all']);
  assertChoice('kernel', kernel, ['linear', 'cosine', 'correlation']);
  assertInputs(inputs, batchSize);
  const source = { forward, activations, capture };
  const work = longWork({ signal, onProgress });
  return { ...source, inputs, batchSize, kernel, solver, engine, ...work };
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
