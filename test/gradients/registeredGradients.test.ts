import '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';
import { type Params, valueAndGradients } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';
import { expectClose } from '../support/numericGradients';
import { randomTensor } from '../support/randomTensor';

await useBackend('cpu');

type Loss = (params: Params) => tf.Tensor;

/** The gradients that tfjs computes with its own rules, which tfjs-layers registers. */
function gradientsOfTfjs(loss: Loss, params: Params): tf.Tensor[] {
  const names = Object.keys(params);
  return tf.grads((...tensors) =>
    loss(Object.fromEntries(names.map((name, i) => [name, tensors[i]]))),
  )(Object.values(params));
}

const image = () => randomTensor([2, 6, 6, 3], 1);
const conv = (x: tf.Tensor, filter: tf.Tensor, stride = 1) =>
  tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, 'same');

const losses: [string, Loss, () => Params][] = [
  [
    'a convolutional network',
    ({ f1, f2, w }) => {
      const h1 = tf.relu(conv(image(), f1));
      const h2 = tf.relu(conv(tf.maxPool(h1 as tf.Tensor4D, 2, 2, 'valid'), f2, 2));
      return tf.mean(tf.logSoftmax(tf.matMul(tf.reshape(h2, [2, -1]), w)));
    },
    () => ({
      f1: randomTensor([3, 3, 3, 4], 2),
      f2: randomTensor([3, 3, 4, 5], 3),
      w: randomTensor([20, 3], 4),
    }),
  ],
  [
    'depthwise convolutions',
    ({ f, g }) => {
      const h = tf.depthwiseConv2d(image() as tf.Tensor4D, f as tf.Tensor4D, 1, 'same');
      return tf.mean(tf.square(conv(tf.tanh(h), g)));
    },
    () => ({ f: randomTensor([3, 3, 3, 2], 2), g: randomTensor([1, 1, 6, 2], 3) }),
  ],
  [
    'a relu at 0, a maximum of equal values and a clip at its bounds',
    ({ x }) =>
      tf.sum(tf.addN([tf.relu(x), tf.maximum(x, 0), tf.minimum(0, x), tf.clipByValue(x, 0, 1)])),
    () => ({ x: tf.tensor1d([-1, 0, 0.5, 1, 2]) }),
  ],
  [
    'average pooling without padding',
    ({ x }) => tf.sum(tf.square(tf.avgPool(x as tf.Tensor4D, 3, 2, 'valid'))),
    () => ({ x: image() }),
  ],
  [
    'max pooling of equal values',
    ({ x }) =>
      tf.sum(tf.mul(tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid'), randomTensor([1, 2, 2, 1], 7))),
    () => ({ x: tf.tensor4d([1, 1, 0, 2, 1, 1, 2, 0, 3, 0, 5, 5, 3, 0, 5, 5], [1, 4, 4, 1]) }),
  ],
];

describe('with the gradients of tfjs registered', () => {
  it.each(losses)('the gradients are those of tfjs for %s', async (_, loss, create) => {
    const params = create();
    const expected = gradientsOfTfjs(loss, params);
    const { gradients } = valueAndGradients(loss as (own: Params) => tf.Scalar, params);
    for (const [i, [name, found]] of Object.entries(gradients).entries()) {
      expectClose(name, await found.data(), await expected[i].data(), 1e-5);
    }
  });

  it('a kernel without a rule is differentiated by the gradient that tfjs has', async () => {
    // LRN: y = x / √(1 + x²), dy/dx = (1 + x²)^(−3/2).
    const x = tf.tensor4d([0.5, -2], [2, 1, 1, 1]);
    const loss = (own: Params) =>
      tf.sum(tf.localResponseNormalization(own.x as tf.Tensor4D, 0, 1, 1, 0.5)) as tf.Scalar;
    const found = await expectNoLeak(() => valueAndGradients(loss, { x }), 2);
    if (found instanceof Error) throw found;
    expectClose('x', await found.gradients.x.data(), [1.25 ** -1.5, 5 ** -1.5], 1e-6);
  });

  it('an outer tape of tfjs differentiates it again', async () => {
    // d/dw (3w²) = 6w.
    const slope = (w: tf.Tensor) =>
      valueAndGradients((own) => tf.mul(own.v, tf.square(own.v)) as tf.Scalar, { v: w }).gradients
        .v;
    expect([...(await tf.grad(slope)(tf.scalar(2)).data())]).toEqual([12]);
  });
});
