import * as tf from '@tensorflow/tfjs-core';
import {
  barrier,
  type Evaluate,
  interpolate,
  permute,
  simplexBarrier,
  weightMatch,
} from 'perm-lmc';
import { mlpNetwork } from '../../support/mlp';
import { trainNetwork } from '../../support/train';
import type { MeasuredPoint, Subject, Tasks } from '../protocol';
import { descent, movedUnits, reportSteps } from './matching';
import { toPlain, withParams } from './plainNetwork';
import type { LoadedImages } from './subjects';

/** The context of a task. */
export interface Context<Progress> {
  readonly images: LoadedImages;
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
  { images: { train }, signal, report },
) => {
  const steps = epochs * Math.ceil(train.count / batchSize);
  const params = await trainNetwork({
    network: mlpNetwork([784, width, width, 10], 1 / 3),
    train,
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

/** Weight matching of all hidden layers. */
export const align: Work<'align'> = ({ a, b }, { images, signal, report }) => {
  const { spec } = subjectOf(images, 'digits');
  return withParams([a, b], async ([paramsA, paramsB]) => {
    const { permutations, history } = await weightMatch(spec, paramsA, paramsB, {
      ...descent,
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
};

export const line: Work<'line'> = ({ subject, a, b, points }, { images, signal, report }) => {
  const { evaluate } = subjectOf(images, subject);
  return withParams([a, b], ([paramsA, paramsB]) =>
    barrier(paramsA, paramsB, reporting(evaluate, points, report), { points, signal }),
  );
};

export const triangle: Work<'triangle'> = (
  { networks, resolution },
  { images, signal, report },
) => {
  const { evaluate } = subjectOf(images, 'digits');
  // C(resolution + 2, 2) points, and the barycentre if it is not on the grid.
  const total = ((resolution + 2) * (resolution + 1)) / 2 + (resolution % 3 === 0 ? 0 : 1);
  return withParams(networks, (params) =>
    simplexBarrier(params, reporting(evaluate, total, report), { resolution, signal }),
  );
};

export const classify: Work<'classify'> = ({ subject, a, b, alpha, count }, { images }) => {
  const { x, forward, evaluate } = subjectOf(images, subject);
  return withParams([a, b], async ([paramsA, paramsB]) => {
    const merged = interpolate(paramsA, paramsB, alpha);
    const probabilities = tf.tidy(() =>
      tf.softmax(forward(merged, tf.slice(x, [0], [Math.min(count, x.shape[0])]))),
    );
    try {
      const { loss, error } = await evaluate(merged);
      return { probabilities: Float32Array.from(await probabilities.data()), loss, error };
    } finally {
      tf.dispose([merged, probabilities]);
    }
  });
};

/** The images of a subject. Throws if they have not been loaded. */
export function subjectOf<S extends Subject>({ subjects }: LoadedImages, subject: S) {
  const loaded = subjects[subject];
  if (loaded === null) throw new Error(`the ${subject} are not loaded yet`);
  return loaded;
}

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
