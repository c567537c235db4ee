import { dispose, Optimizer, type Variable, variable } from '@tensorflow/tfjs-core';
import { kindOf } from '../../checks';
import { failed, invalid } from '../../errors';
import type { Params } from '../../params';
import { tensorsIn } from '../../params/internal';

/**
 * An optimiser of tfjs, such as `tf.train.adam(0.001)`, or a function that makes one. One that is passed must be new,
 * because tfjs keeps its moments by position and would use them for other parameters. It is not disposed. One that the
 * function makes is disposed after use.
 */
export type OptimizerSource = Optimizer | (() => Optimizer);

/** Params that an optimiser changes. */
interface OptimisedParams {
  /** The present values. They are replaced in each step and disposed at the end. */
  readonly params: Params;
  /** Takes a step. The gradients have the names of the params, and are not disposed. */
  apply(gradients: Params): void;
  /** Disposes the values, and the optimiser if it was made here. */
  dispose(): void;
}

/** The number of records of params so far: their variables have names of their own in tfjs. */
let records = 0;

/**
 * Params with an optimiser. The values are copied: a variable of tfjs for each parameter, which training of the
 * caller's does not change.
 */
export function optimisedParams(initial: Params, source: OptimizerSource): OptimisedParams {
  const optimizer = optimizerOf(source);
  const scope = `perm-lmc ${++records}`;
  const variables: [string, Variable][] = Object.entries(initial).map(([name, value]) => [
    name,
    variable(value, false, `${scope}: ${name}`),
  ]);
  return {
    params: Object.fromEntries(variables),
    apply(gradients) {
      optimizer.applyGradients(
        Object.fromEntries(variables.map(([param, { name }]) => [name, gradients[param]])),
      );
    },
    dispose() {
      dispose(variables.map(([, value]) => value));
      if (optimizer !== source) disposeOptimizer(optimizer);
    },
  };
}

/** Throws unless the option is an optimiser that has taken no step, or a function. */
export function assertOptimizer(source: OptimizerSource): void {
  if (typeof source === 'function') return;
  if (!isOptimizer(source)) throw notOptimizer('optimizer', source);
  assertUnused(source, 'Pass a function that makes a new one, such as () => tf.train.adam(0.001)');
}

function optimizerOf(source: OptimizerSource): Optimizer {
  if (typeof source !== 'function') return source;
  const made = madeBy(source);
  if (!isOptimizer(made)) throw notOptimizer('optimizer()', made);
  assertUnused(made, 'Make a new one in each call');
  return made;
}

function madeBy(source: () => unknown): unknown {
  try {
    return source();
  } catch (error) {
    throw failed('optimizer', error);
  }
}

function assertUnused({ iterations }: Optimizer, remedy: string): void {
  if (iterations === 0) return;
  throw invalid(`optimizer has taken ${iterations} steps already`, remedy, {
    param: 'optimizer',
    received: iterations,
  });
}

/** True for an optimiser of tfjs, whose own check of instances fails on null. */
function isOptimizer(value: unknown): value is Optimizer {
  return typeof value === 'object' && value !== null && value instanceof Optimizer;
}

function notOptimizer(what: string, received: unknown): Error {
  return invalid(
    `${what} must be an optimizer of tfjs, received ${kindOf(received)}`,
    'Pass one such as tf.train.adam(0.001), or a function that makes one',
    { param: 'optimizer', received: kindOf(received) },
  );
}

/** Disposes an optimiser and the tensors in its fields, of which tfjs's momentum forgets one. */
function disposeOptimizer(optimizer: Optimizer): void {
  const tensors = tensorsIn({ ...optimizer });
  optimizer.dispose();
  dispose(tensors.filter(({ isDisposed }) => !isDisposed));
}
