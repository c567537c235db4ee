import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { forwardOf } from '../../../examples/support/layerNorm/forwardOf';
import { initialParams } from '../../../examples/support/layerNorm/initialParams';
import { randomDraws } from '../../../examples/support/training/randomDraws';
import { lossAndGradients } from '../../../examples/support/training/tfjs/lossAndGradients';
import { createTfjsEngine } from '../../../examples/support/training/tfjsEngine';
import { canRun, start } from '../../support/platform/backends';
import { tinyNetwork } from './tinyNetwork';

const SIZE = 8;
const COUNT = 3;

/** Images of normal noise, a label for each, and parameters of which none is 0 or 1. */
function problem() {
  const draw = randomDraws(5);
  const images = Float32Array.from({ length: COUNT * SIZE ** 2 * 3 }, () => draw(4001) / 1000 - 2);
  const labels = Int32Array.from({ length: COUNT }, () => draw(10));
  const params: Params = tf.tidy(() =>
    Object.fromEntries(
      Object.entries(initialParams(tinyNetwork, 1)).map(([name, x], i) => [
        name,
        tf.add(x, tf.randomUniform(x.shape, -0.2, 0.2, 'float32', i + 1)),
      ]),
    ),
  );
  return { batch: { images, labels, count: COUNT, size: SIZE }, params };
}

/** The mean cross-entropy by the forward pass, which is checked against PyTorch's elsewhere. */
async function lossOf(
  params: Params,
  { images, labels }: { images: Float32Array; labels: Int32Array },
) {
  const logits = tf.tidy(() =>
    forwardOf(tinyNetwork)(params, tf.tensor4d(images, [COUNT, SIZE, SIZE, 3])),
  );
  const rows = (await logits.array()) as number[][];
  logits.dispose();
  const losses = rows.map((row, i) => {
    const greatest = Math.max(...row);
    const sum = row.reduce((total, z) => total + Math.exp(z - greatest), 0);
    return Math.log(sum) + greatest - row[labels[i]];
  });
  return losses.reduce((total, loss) => total + loss, 0) / COUNT;
}

describe('lossAndGradients', () => {
  it('agrees with finite differences of the forward pass in every parameter', async () => {
    await start('cpu');
    const { batch, params } = problem();
    const { loss, gradients } = tf.tidy(() =>
      lossAndGradients(
        tinyNetwork,
        params,
        tf.tensor4d(batch.images, [COUNT, SIZE, SIZE, 3]),
        tf.tensor1d(batch.labels, 'int32'),
      ),
    );
    expect((await loss.data())[0]).toBeCloseTo(await lossOf(params, batch), 5);
    expect(Object.keys(gradients).sort()).toEqual(Object.keys(params).sort());
    const draw = randomDraws(6);
    for (const [name, param] of Object.entries(params)) {
      const [gradient, values] = [await gradients[name].data(), await param.data()];
      expect(gradients[name].shape).toEqual(param.shape);
      for (let sample = 0; sample < Math.min(6, values.length); sample++) {
        const i = draw(values.length);
        const lossWith = async (change: number) => {
          const moved = values.slice();
          moved[i] += change;
          const changed = tf.tensor(moved, param.shape);
          const value = await lossOf({ ...params, [name]: changed }, batch);
          changed.dispose();
          return value;
        };
        const slope = ((await lossWith(1e-3)) - (await lossWith(-1e-3))) / 2e-3;
        expect(gradient[i], `${name}[${i}]`).toBeCloseTo(slope, 2.7);
      }
    }
    tf.dispose([loss, gradients, params]);
  });
});
