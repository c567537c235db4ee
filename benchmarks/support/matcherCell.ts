import * as tf from '@tensorflow/tfjs-core';
import {
  barrier,
  classificationEvaluator,
  isTrainable,
  type Params,
  permute,
  resetBatchNorm,
} from 'perm-lmc';
import { linearObjective } from './linearObjective';
import type { MatcherRow } from './matchers';
import type { TrainedPair } from './trainedPairs';

/** The result of a matcher on a pair. */
export interface MatcherCell {
  /** The objective of weight matching under the linear kernel. */
  readonly objective: number;
  /** The barriers on the test images. */
  readonly loss: number;
  readonly error: number;
  /** Seconds of the processor, of all threads together. */
  readonly seconds: number;
}

/** The numbers of images and points of a measurement. */
export interface CellSizes {
  readonly train: number;
  readonly test: number;
  readonly points: number;
}

/** Matches a pair, and measures S and the barriers on test images. */
export async function matcherCell(
  pair: TrainedPair,
  { match }: MatcherRow,
  { points, ...counts }: CellSizes,
): Promise<MatcherCell> {
  const { spec, forward } = pair;
  const [[a, b], train, test] = [
    await pair.load(),
    pair.train(counts.train),
    pair.data(counts.test),
  ];
  const start = process.cpuUsage();
  const learningForward = pair.hasBatchNorm ? onBatchStatistics(forward) : forward;
  const permutations = await match({ spec, forward, learningForward, a, b, train });
  const { user, system } = process.cpuUsage(start);
  const aligned = permute(spec, b, permutations);
  const plain = classificationEvaluator(forward, test);
  const evaluate = pair.hasBatchNorm ? onReset : plain;
  const { loss, error } = await barrier(a, aligned, evaluate, { points });
  const objective = await linearObjective(spec, a, b, permutations);
  tf.dispose([a, b, aligned, train.x, train.y, test.x, test.y]);
  return { objective, loss: loss.max, error: error.max, seconds: (user + system) / 1e6 };

  /** Statistics of batch normalisation are recomputed on the training images at each point, both ends included. */
  async function onReset(params: Params) {
    const own = await resetBatchNorm(params, { forward, inputs: train.x, batchSize: 1000 });
    try {
      return await plain(own);
    } finally {
      tf.dispose(own);
    }
  }
}

/** The function without the stored statistics, so that those of the batch are used. */
function onBatchStatistics(forward: TrainedPair['forward']): TrainedPair['forward'] {
  return (params, x) => {
    const trained = Object.entries(params).filter(([name]) => isTrainable(name));
    return forward(Object.fromEntries(trained), x);
  };
}
