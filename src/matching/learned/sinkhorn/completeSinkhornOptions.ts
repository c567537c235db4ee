import { type Tensor, train } from '@tensorflow/tfjs-core';
import { type AssignmentSolver, solveAssignment } from '../../../assignment';
import {
  assertChoice,
  assertFunction,
  assertInteger,
  assertNumber,
  assertSynchronous,
  type OptionTable,
} from '../../../checks';
import { failed, invalid } from '../../../errors';
import { isTrainable, type NetworkInput, type ParameterFilter } from '../../../params';
import type { Permutations } from '../../../permutation';
import { assertSeed, type LongWorkOptions, longWork } from '../../../runtime';
import {
  completeLearningOptions,
  LEARNING_OPTIONS,
  type LearningOptions,
  type LearningProgress,
} from '../learningOptions';
import { assertOptimizer, type OptimizerSource } from '../optimisedParams';

/** Options of {@link sinkhornMatch}: what is learned for, and how. */
export type SinkhornMatchOptions<Input extends NetworkInput = Tensor> = SinkhornLearning &
  (LearnedFromWeights | LearnedFromData<Input>);

/** An objective of the weights, which needs no data. */
export interface LearnedFromWeights {
  /**
   * `'similarity'`: −S(P), which is least at permutations. `'distance'`: the mean of |A − θ(P)|², which may be least
   * between them. Default `'similarity'`.
   */
  objective?: 'similarity' | 'distance';
  /** Only with data. */
  forward?: undefined;
  /** Only with `forward`. */
  data?: undefined;
}

/** An objective of the loss between the networks. */
export interface LearnedFromData<Input extends NetworkInput = Tensor>
  extends Omit<LearningOptions<Input>, keyof SinkhornLearning> {
  /**
   * `'midpoint'`: the loss half way between A and θ(P). `'random'`: at a random point between them, another for each
   * batch. Default `'midpoint'`.
   */
  objective?: 'midpoint' | 'random';
}

/** The start of soft permutations. */
export type SinkhornStart = 'weights' | 'identity' | 'noise';

/** The settings of learning, for every objective. */
export interface SinkhornLearning extends LongWorkOptions<LearningProgress> {
  /** The number of steps. Default 400 with data, 100 without. */
  steps?: number;
  /** The optimiser of the logits. Default `tf.train.adam(0.1)`. */
  optimizer?: OptimizerSource;
  /**
   * The temperature τ > 0 of exp(X/τ): a number, or a function of the share of the steps done, from 0 at the first to 1
   * after the last. A falling temperature has the effect of a rising learning rate, and ends nearer to a permutation.
   * Default 1.
   */
  temperature?: number | ((done: number) => number);
  /** The start. `'weights'`: the permutations of `weightMatch`. `'noise'`: nearly uniform. Default `'weights'`. */
  start?: SinkhornStart;
  /** The permutations to start from, in place of `start`: one for each group. */
  initial?: Permutations;
  /** The share of the start in the first soft permutations, in (0, 1); the rest is uniform. Default 0.1. */
  share?: number;
  /**
   * `'implicit'`: converged matrices, and gradients by the implicit function theorem. `'unrolled'`: 20 passes, and
   * gradients through each. Default `'implicit'`.
   */
  gradient?: 'implicit' | 'unrolled';
  /** The parameters included in S and in objectives of the weights; all are permuted. Default {@link isTrainable}. */
  include?: ParameterFilter;
  /** The solver of the assignment problems. Default {@link solveAssignment}. */
  solver?: AssignmentSolver;
  /** The seed of all that is random. Default 0. */
  seed?: number;
}

/** The names of the options of `sinkhornMatch`. */
export const SINKHORN_OPTIONS = {
  ...LEARNING_OPTIONS,
  ...{ objective: true, temperature: true, start: true, initial: true, share: true },
  ...{ gradient: true, include: true, solver: true },
} as const satisfies OptionTable<SinkhornMatchOptions>;

/** Options with their defaults. */
export type SinkhornSettings<Input extends NetworkInput = Tensor> = ReturnType<
  typeof completeSinkhornOptions<Input>
>;

/** Options with their defaults, checked. */
export function completeSinkhornOptions<Input extends NetworkInput>(
  options: SinkhornMatchOptions<Input>,
) {
  const {
    temperature = 1,
    start,
    initial,
    share = 0.1,
    gradient = 'implicit',
    include = isTrainable,
    solver = solveAssignment,
  } = options;
  if (start !== undefined) assertChoice('start', start, ['weights', 'identity', 'noise']);
  if (start !== undefined && initial !== undefined) {
    throw invalid('start and initial both say where the match starts', 'Pass one of them', {
      param: 'start',
      received: start,
    });
  }
  assertChoice('gradient', gradient, ['implicit', 'unrolled']);
  assertNumber('share', share, (x) => x > 0 && x < 1, 'a number in (0, 1)', 'Pass such as 0.5');
  assertFunction('include', include, 'Pass (name) => true for the parameters to include');
  assertFunction('solver', solver, 'Leave it out for solveAssignment');
  const temperatureAt = temperatureOf(temperature);
  const own = { temperatureAt, start, initial, share, gradient, include, solver };
  return { ...own, ...objectiveOf(options) };
}

/** The objective, and its settings. */
function objectiveOf<Input extends NetworkInput>(options: SinkhornMatchOptions<Input>) {
  const optimizer = () => train.adam(0.1);
  if (options.forward !== undefined || options.data !== undefined) {
    const { objective = 'midpoint' } = options as LearnedFromData<Input>;
    assertChoice('objective', objective, ['midpoint', 'random'], WITH_DATA);
    const learning = options as LearningOptions<Input>;
    return {
      kind: objective,
      ...completeLearningOptions<Input>(learning, { steps: 400, optimizer }),
    };
  }
  const stray = ONLY_WITH_DATA.find((name) =>
    Object.entries(options).some(([own, value]) => own === name && value !== undefined),
  );
  if (stray)
    throw invalid(`${stray} is only for a loss on data`, 'Pass forward and data, too', {
      param: stray,
    });
  const { objective = 'similarity', seed = 0, steps = 100, signal, onProgress } = options;
  assertChoice('objective', objective, ['similarity', 'distance'], WITHOUT_DATA);
  assertInteger('steps', steps, 0);
  assertSeed(seed);
  const source = options.optimizer ?? optimizer;
  assertOptimizer(source);
  return { kind: objective, seed, steps, optimizer: source, ...longWork({ signal, onProgress }) };
}

/** The options that an objective of the weights does not have, besides `forward` and `data`. */
const ONLY_WITH_DATA = ['loss', 'batchSize', 'validation', 'validationSize'];

const WITH_DATA = "Pass 'midpoint' or 'random', or leave out forward and data";
const WITHOUT_DATA =
  "Pass 'similarity' or 'distance', or forward and data for 'midpoint' or 'random'";

/** The temperature as a function that checks it. */
function temperatureOf(temperature: number | ((done: number) => number)): (done: number) => number {
  const at = typeof temperature === 'function' ? temperature : () => temperature;
  const checked = (done: number) => {
    const value = givenTemperature(at, done);
    assertSynchronous('temperature', value);
    assertNumber(
      'temperature',
      value,
      (x) => x > 0 && Number.isFinite(x),
      'a finite number > 0',
      'Pass a number such as 1, or a function (done) => number',
    );
    return value;
  };
  checked(0);
  return checked;
}

function givenTemperature(at: (done: number) => unknown, done: number): unknown {
  try {
    return at(done);
  } catch (error) {
    throw failed('temperature', error);
  }
}
