import * as tf from '@tensorflow/tfjs-core';
import {
  barrier,
  type Evaluate,
  interpolate,
  mlpSpec,
  permute,
  simplexBarrier,
  weightMatch,
} from 'perm-lmc';
import { mlpForward, mlpNetwork } from '../../support/mlp';
import { trainNetwork } from '../../support/train';
import type { MeasuredPoint, Tasks } from '../protocol';
import type { LoadedDigits } from './digits';
import { movedUnits, reportSteps } from './matching';
import { toPlain, withParams } from './plainNetwork';

/** The context of a task. */
export interface Context<Progress> {
  readonly digits: LoadedDigits;
  readonly signal: AbortSignal;
  readonly report: (progress: Progress) => void;
}

/** The function that performs a task. */
export type Work<Name extends keyof Tasks> = (
  input: Tasks[Name]['input'],
  context: Context<Tasks[Name]['progress']>,
) => Promise<Tasks[Name]['output']>;

/** Trains with Adam from the small initial weights of PyTorch, which permutations align best. */
export const train: Work<'train'> = async (
  { width, seed, epochs, batchSize, learningRate },
  { digits, signal, report },
) => {
  const steps = epochs * Math.ceil(digits.train.count / batchSize);
  const params = await trainNetwork({
    network: mlpNetwork([784, width, width, 10], 1 / 3),
    train: digits.train,
    seed,
    steps,
    batchSize,
    learningRate,
    signal,
    lossEvery: 10,
    onLoss: (step, loss) => report({ step, steps, loss }),
  });
  try {
    return await toPlain(params);
  } finally {
    tf.dispose(params);
  }
};

/** Weight matching of the two hidden layers. */
export const align: Work<'align'> = ({ a, b }, { signal, report }) =>
  withParams([a, b], async ([paramsA, paramsB]) => {
    const spec = mlpSpec(3);
    const { permutations, history } = await weightMatch(spec, paramsA, paramsB, {
      // The chart shows how the layers are solved one by one, from the order that B was trained in.
      ...{ start: 'identity', method: 'coordinateDescent' },
      signal,
      onProgress: reportSteps(report),
    });
    const aligned = permute(spec, paramsB, permutations);
    try {
      return { aligned: await toPlain(aligned), history, ...movedUnits(permutations) };
    } finally {
      tf.dispose(aligned);
    }
  });

export const line: Work<'line'> = ({ a, b, points }, { digits, signal, report }) =>
  withParams([a, b], ([paramsA, paramsB]) =>
    barrier(paramsA, paramsB, reporting(digits.evaluate, points, report), { points, signal }),
  );

export const triangle: Work<'triangle'> = (
  { networks, resolution },
  { digits, signal, report },
) => {
  // C(resolution + 2, 2) points, and the barycentre if it is not on the grid.
  const total = ((resolution + 2) * (resolution + 1)) / 2 + (resolution % 3 === 0 ? 0 : 1);
  return withParams(networks, (params) =>
    simplexBarrier(params, reporting(digits.evaluate, total, report), { resolution, signal }),
  );
};

export const classify: Work<'classify'> = ({ a, b, alpha, count }, { digits }) =>
  withParams([a, b], async ([paramsA, paramsB]) => {
    const merged = interpolate(paramsA, paramsB, alpha);
    const probabilities = tf.tidy(() =>
      tf.softmax(mlpForward(merged, tf.slice(digits.x, [0, 0], [count, -1]))),
    );
    try {
      const { loss, error } = await digits.evaluate(merged);
      return { probabilities: Float32Array.from(await probabilities.data()), loss, error };
    } finally {
      tf.dispose([merged, probabilities]);
    }
  });

/** An evaluator that reports every point as soon as it is measured. */
function reporting(
  evaluate: Evaluate<'loss' | 'error'>,
  total: number,
  report: (point: MeasuredPoint) => void,
): Evaluate<'loss' | 'error'> {
  let done = 0;
  return async (params, point) => {
    const metrics = await evaluate(params, point);
    report({ weights: point!.weights, ...metrics, done: ++done, total });
    return metrics;
  };
}
