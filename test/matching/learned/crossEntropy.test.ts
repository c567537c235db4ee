import * as tf from '@tensorflow/tfjs-core';
import { crossEntropy, valueAndGradients } from 'perm-lmc';
import { afterAll, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { expectNoLeak } from '../../support/invariants';

await useBackend('cpu');

const logits = tf.tensor2d([
  [2, 0, 0],
  [0, 1, 3],
]);
const classes = tf.tensor1d([0, 1], 'int32');
afterAll(() => tf.dispose([logits, classes]));

/** log Σ exp, less the logit of the class: (log(e² + 2) − 2 + log(1 + e + e³) − 1) / 2. */
const expected = (Math.log(Math.exp(2) + 2) - 2 + Math.log(1 + Math.E + Math.exp(3)) - 1) / 2;

async function lossOf(make: () => tf.Tensor): Promise<number> {
  const loss = make();
  const [value] = await loss.data();
  loss.dispose();
  return value;
}

it('is the mean of log Σ exp less the logit of the class', async () => {
  const value = await expectNoLeak(() => lossOf(() => crossEntropy(logits, classes)));
  expect(value).toBeCloseTo(expected, 6);
});

it('is the same for one-hot rows, and linear in rows', async () => {
  const oneHot = tf.tensor2d([
    [1, 0, 0],
    [0, 1, 0],
  ]);
  expect(await lossOf(() => crossEntropy(logits, oneHot))).toBeCloseTo(expected, 6);
  const half = tf.mul(oneHot, 0.5);
  expect(await lossOf(() => crossEntropy(logits, half))).toBeCloseTo(expected / 2, 6);
  tf.dispose([oneHot, half]);
});

it('takes the mean over all axes before the classes', async () => {
  const sequences = tf.reshape(logits, [1, 2, 3]);
  const ids = tf.reshape(classes, [1, 2]);
  expect(await lossOf(() => crossEntropy(sequences, ids))).toBeCloseTo(expected, 6);
  tf.dispose([sequences, ids]);
});

it('does not overflow: two logits 1000 apart', async () => {
  const far = tf.tensor2d([[1000, 0]]);
  const [right, wrong] = [tf.tensor1d([0], 'int32'), tf.tensor1d([1], 'int32')];
  expect(await lossOf(() => crossEntropy(far, right))).toBe(0);
  expect(await lossOf(() => crossEntropy(far, wrong))).toBe(1000);
  tf.dispose([far, right, wrong]);
});

it.each(['cpu', 'wasm'])('has the gradient (softmax − y)/N on %s', async (backend) => {
  await useBackend(backend);
  const z = tf.tensor2d([[2, 0, 0]]);
  const y = tf.tensor1d([1], 'int32');
  const { value, gradients } = valueAndGradients((own) => crossEntropy(own.z, y), { z });
  const total = Math.exp(2) + 2;
  const found = await gradients.z.data();
  [Math.exp(2) / total, 1 / total - 1, 1 / total].forEach((each, i) => {
    expect(found[i]).toBeCloseTo(each, 6);
  });
  tf.dispose([z, y, value, gradients]);
  await useBackend('cpu');
});

it.each(['cpu', 'wasm'])('is NaN for a class that does not exist on %s', async (backend) => {
  await useBackend(backend);
  const z = tf.tensor2d([[2, 0, 0]]);
  for (const label of [-1, 3]) {
    const y = tf.tensor1d([label], 'int32');
    expect(await lossOf(() => crossEntropy(z, y))).toBeNaN();
    y.dispose();
  }
  z.dispose();
  await useBackend('cpu');
});

it('refuses labels that do not fit the logits', () => {
  const floats = tf.tensor1d([0, 1]);
  const three = tf.tensor1d([0, 1, 2], 'int32');
  for (const labels of [floats, three]) {
    expect(() => crossEntropy(logits, labels)).toThrow(
      /crossEntropy: labels must be int32 classes \[2\] or rows \[2,3\]/,
    );
  }
  expect(() => crossEntropy(floats, three)).toThrow(/labels must be/);
  tf.dispose([floats, three]);
});
