import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { traceSpec } from '../../src/tracing';
import { useBackend } from '../support/backend';
import { groupList } from './network';

await useBackend('cpu');

/**
 * tfjs's cpu kernel reads statistics of shape [1, C, 1, 1] in turn along the last axis, whatever their
 * shape is: x = [[1, 2], [3, 4]], means 0 and 10, gives [[1, −8], [3, −6]] instead of [[1, 2], [−7, −6]].
 */
const statistics = (values: number[]) => tf.tensor(values, [1, values.length, 1, 1]);

describe('batch norm with channels first', () => {
  it('is not what its formula says on the cpu backend of tfjs', () => {
    const x = tf.tensor([1, 2, 3, 4], [1, 2, 1, 2]);
    const [mean, variance] = [statistics([0, 10]), statistics([1, 1])];
    const kernel = tf.batchNorm(x as tf.Tensor4D, mean as tf.Tensor4D, variance as tf.Tensor4D);
    const formula = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-3)));
    const rounded = (y: tf.Tensor) => [...tf.round(y).dataSync()];
    expect(rounded(kernel)).toEqual([1, -8, 3, -6]);
    expect(rounded(formula)).toEqual([1, 2, -7, -6]);
  });

  const params = {
    kernel: tf.randomNormal([3, 3, 2, 4]),
    mean: tf.randomNormal([4]),
    variance: tf.randomUniform([4], 0.5, 1.5),
    out: tf.randomNormal([4, 3]),
  };
  const network =
    (norm: (x: tf.Tensor, mean: tf.Tensor, variance: tf.Tensor) => tf.Tensor) =>
    (p: Params, x: tf.Tensor) => {
      const y = tf.transpose(
        tf.conv2d(x as tf.Tensor4D, p.kernel as tf.Tensor4D, 1, 'same'),
        [0, 3, 1, 2],
      );
      const [mean, variance] = [p.mean, p.variance].map((each) => tf.reshape(each, [1, 4, 1, 1]));
      return tf.matMul(tf.mean(tf.relu(norm(y, mean, variance)), [2, 3]), p.out);
    };
  const byKernel = network((x, mean, variance) =>
    tf.batchNorm(x as tf.Tensor4D, mean as tf.Tensor4D, variance as tf.Tensor4D),
  );
  const byFormula = network((x, mean, variance) =>
    tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-3))),
  );
  const x = tf.randomNormal([2, 5, 5, 2]);

  it('keeps its group without the kernel, and by its labels', async () => {
    expect(groupList(await traceSpec(byFormula, params, x))).toEqual(['4']);
    expect(groupList(await traceSpec(byKernel, params, x, { verify: false }))).toEqual(['4']);
  });

  it('loses it in verification, for moving it does change what the kernel computes', async () => {
    const spec = await traceSpec(byKernel, params, x);
    expect(groupList(spec)).toEqual([]);
    expect(spec.derivation?.warnings).toContainEqual(expect.stringMatching(/changed the outputs/));
  });
});
