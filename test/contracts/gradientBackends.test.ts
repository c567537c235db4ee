import * as tf from '@tensorflow/tfjs-core';
import { type Params, valueAndGradients } from 'perm-lmc';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectNoLeak } from '../support/invariants';
import { backends, canRun, start } from '../support/platform/backends';
import { randomTensor } from '../support/randomTensor';

type Loss = (params: Params) => tf.Scalar;

const images = () => randomTensor([2, 8, 8, 3], 1) as tf.Tensor4D;
const conv = (x: tf.Tensor, filter: tf.Tensor, strides: number, dilations = 1) =>
  tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, 'same', 'NHWC', dilations);
const shapesOf = (shapes: Record<string, number[]>) => shapes;

/** Losses that use each kind of rule: [loss, the shapes of its params]. */
const losses: Record<string, [Loss, Record<string, number[]>]> = {
  // The gradient [samples, steps, n] is a right operand as [samples · steps, n] and as [samples, steps · n].
  'with a bias for each step': [
    ({ w, bias }) => {
      const x = tf.reshape(images(), [16, 24]) as tf.Tensor2D;
      const steps = tf.reshape(tf.matMul(x, w as tf.Tensor2D), [2, 8, 5]);
      return tf.mean(tf.square(tf.add(steps, bias))) as tf.Scalar;
    },
    shapesOf({ w: [24, 5], bias: [8, 5] }),
  ],
  'fully connected': [
    ({ w1, b1, w2 }) => {
      const x = tf.reshape(images(), [2, 192]) as tf.Tensor2D;
      const h = tf.fused.matMul({ a: x, b: w1 as tf.Tensor2D, bias: b1, activation: 'relu' });
      return tf.mean(tf.logSoftmax(tf.matMul(h, w2))) as tf.Scalar;
    },
    shapesOf({ w1: [192, 6], b1: [6], w2: [6, 4] }),
  ],
  convolutional: [
    ({ f1, f2, f3, scale, offset }) => {
      const h1 = conv(images(), f1, 1);
      const { mean, variance } = tf.moments(h1, [0, 1, 2]);
      const normal = tf.batchNorm(
        h1,
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        offset as tf.Tensor1D,
        scale as tf.Tensor1D,
      );
      const pooled = tf.maxPool(tf.relu(normal), 2, 2, 'valid');
      const h2 = tf.elu(conv(pooled, f2, 2));
      return tf.mean(
        tf.square(tf.avgPool(conv(h2, f3, 1, 2) as tf.Tensor4D, 2, 1, 'same')),
      ) as tf.Scalar;
    },
    shapesOf({ f1: [3, 3, 3, 4], f2: [3, 3, 4, 5], f3: [2, 2, 5, 2], scale: [4], offset: [4] }),
  ],
  depthwise: [
    ({ f, g }) => {
      const h = tf.depthwiseConv2d(images(), f as tf.Tensor4D, 2, 'same');
      const large = tf.image.resizeBilinear(tf.tanh(h) as tf.Tensor4D, [6, 6]);
      const y = tf.fused.depthwiseConv2d({
        x: tf.pad(large, [
          [0, 0],
          [1, 0],
          [2, 1],
          [0, 0],
        ]) as tf.Tensor4D,
        filter: g as tf.Tensor4D,
        strides: 1,
        pad: 'valid',
        activation: 'relu6',
      });
      return tf.sum(y) as tf.Scalar;
    },
    shapesOf({ f: [3, 3, 3, 2], g: [2, 2, 6, 1] }),
  ],
  attention: [
    ({ table, q, gamma }) => {
      const x = tf.gather(
        table,
        tf.tensor2d(
          [
            [1, 0, 4],
            [1, 1, 2],
          ],
          [2, 3],
          'int32',
        ),
      );
      const { mean, variance } = tf.moments(x, -1, true);
      const h = tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-3))), gamma);
      const rows = tf.reshape(tf.matMul(tf.reshape(h, [6, 4]), q), [2, 3, 8]);
      const [queries, keys] = tf.split(rows, 2, 2);
      const weights = tf.softmax(tf.matMul(queries, keys, false, true));
      const gelu = tf.mul(h, tf.add(tf.erf(h), 1));
      return tf.mean(tf.max(tf.concat([tf.matMul(weights, gelu), h], 2), 1)) as tf.Scalar;
    },
    shapesOf({ table: [5, 4], q: [4, 8], gamma: [4] }),
  ],
  'selections and slices': [
    ({ x, y }) => {
      const wide = tf.tile(tf.where(tf.greater(x, 0), tf.square(x), tf.neg(x)), [1, 2]);
      const part = tf.stridedSlice(wide, [0, 1], [4, 8], [1, 2]);
      const turned = tf.reverse(
        tf.mirrorPad(
          part,
          [
            [1, 0],
            [0, 2],
          ],
          'reflect',
        ),
        1,
      );
      const sums = tf.cumsum(tf.div(turned, tf.add(tf.square(y), 1)), 1);
      return tf.sum(
        tf.mul(tf.stack(tf.unstack(sums, 1), 0), tf.sigmoid(tf.transpose(sums))),
      ) as tf.Scalar;
    },
    shapesOf({ x: [4, 4], y: [5, 1] }),
  ],
};

const create = (shapes: Record<string, number[]>) =>
  Object.fromEntries(
    Object.entries(shapes).map(([name, shape], i) => [name, randomTensor(shape, i + 5, 0.7)]),
  );

/** The values of the loss and of all gradients on the current backend. */
async function measured(loss: Loss, shapes: Record<string, number[]>): Promise<number[]> {
  const params = create(shapes);
  const count = Object.keys(shapes).length;
  const inTidy = (own: Params) => tf.tidy(() => loss(own));
  const found = await expectNoLeak(() => valueAndGradients(inTidy, params), count + 1);
  if (found instanceof Error) throw found;
  const values: number[] = [];
  for (const tensor of [found.value, ...Object.values(found.gradients)]) {
    values.push(...(await tensor.data()));
  }
  tf.dispose([params, found.value, found.gradients]);
  return values;
}

const [oracle, ...others] = backends;

describe.each(Object.keys(losses))('the gradients of a loss that is %s', (name) => {
  const [loss, shapes] = losses[name];
  let expected: number[];
  beforeAll(async () => {
    await start(oracle);
    expected = await measured(loss, shapes);
  });

  test.each(others.filter(canRun))(`are the same on %s as on ${oracle}`, async (backend) => {
    await start(backend);
    const found = await measured(loss, shapes);
    expect(found).toHaveLength(expected.length);
    const scale = Math.max(1, ...expected.map(Math.abs));
    const differences = found.map((value, i) => Math.abs(value - expected[i]));
    expect(Math.max(...differences)).toBeLessThan(1e-4 * scale);
  });
});
