import { type Tensor, train } from '@tensorflow/tfjs-core';
import { type AssignmentSolver, solveAssignment } from '../../../assignment';
import { assertFunction, assertInteger, type OptionTable } from '../../../checks';
import { isTrainable, type NetworkInput, type ParameterFilter } from '../../../params';
import { chooseEngine, type ProductEngine } from '../../products/chooseEngine';
import {
  completeLearningOptions,
  LEARNING_OPTIONS,
  type LearningOptions,
} from '../learningOptions';

/**
 * The options of straight-through matching of two or of several networks. `steps` is 400 by default, and `optimizer`
 * Adam with a learning rate of 0.003.
 *
 * @typeParam Input - A tensor, or an array or a record of tensors for a network of several inputs.
 */
export interface StraightThroughSharedOptions<Input extends NetworkInput = Tensor>
  extends LearningOptions<Input> {
  /** The number of sweeps over the groups after which the match of a step ends. Default 100. */
  maxSweeps?: number;
  /**
   * The parameters that are included in the matches. All are permuted and mixed. Default {@link isTrainable}: moving
   * statistics of batch normalisation are not included.
   */
  include?: ParameterFilter;
  /** The solver of the assignment problems. Default {@link solveAssignment}. */
  solver?: AssignmentSolver;
  /**
   * The engine for the matrix products of the matches. Default `'auto'`: our own kernels on tfjs's cpu and wasm
   * backends, the backend itself on all others.
   */
  engine?: ProductEngine;
}

/** The names of the options that both functions have. */
export const STRAIGHT_THROUGH_SHARED = {
  ...LEARNING_OPTIONS,
  ...{ maxSweeps: true, include: true, solver: true, engine: true },
} as const satisfies OptionTable<StraightThroughSharedOptions>;

/** The options with their defaults, checked. */
export function completeStraightThroughOptions<Input extends NetworkInput>({
  maxSweeps = 100,
  include = isTrainable,
  solver = solveAssignment,
  engine = 'auto',
  ...learning
}: StraightThroughSharedOptions<Input>) {
  assertInteger('maxSweeps', maxSweeps, 1);
  assertFunction('include', include, 'Pass (name) => true for the parameters to include');
  assertFunction('solver', solver, 'Leave it out for solveAssignment');
  const settings = completeLearningOptions(learning, {
    steps: 400,
    optimizer: () => train.adam(0.003),
  });
  return { ...settings, maxSweeps, include, solver, engine: chooseEngine(engine, false) };
}
