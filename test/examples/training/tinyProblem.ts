import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { initialParams } from '../../../examples/support/layerNorm/initialParams';
import { randomDraws } from '../../../examples/support/training/randomDraws';
import type { LabelledBatch } from '../../../examples/support/training/trainingEngine';
import { tinyNetwork } from './tinyNetwork';

/** A batch of noise with random labels, and parameters of {@link tinyNetwork} of which none is 0 or 1. */
export function tinyProblem(count: number, size: number): { batch: LabelledBatch; params: Params } {
  const draw = randomDraws(5);
  const images = Float32Array.from({ length: count * size ** 2 * 3 }, () => draw(4001) / 1000 - 2);
  const labels = Int32Array.from({ length: count }, () => draw(10));
  const params = tf.tidy(() =>
    Object.fromEntries(
      Object.entries(initialParams(tinyNetwork, 1)).map(([name, x], i) => [
        name,
        tf.add(x, tf.randomUniform(x.shape, -0.2, 0.2, 'float32', i + 1)),
      ]),
    ),
  );
  return { batch: { images, labels, count, size }, params };
}
