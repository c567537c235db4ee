import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { product } from '../../../../src/onnx/operators/matrix/product';
import { useBackend } from '../../../support/backend';

beforeAll(() => useBackend('cpu'));

// Joined axes make a tracer follow each element: deriving a transformer took twenty forward passes.
it('batch axes of one shape are not joined', async () => {
  const [a, b] = [tf.ones([2, 3, 4, 5]), tf.ones([2, 3, 5, 6])];
  const { kernels, result } = await tf.profile(() => product(a, b));
  expect(kernels.map(({ name }) => name)).toEqual(['BatchMatMul']);
  expect((result as tf.Tensor).shape).toEqual([2, 3, 4, 6]);
  tf.dispose([a, b, result as tf.Tensor]);
});

it('batch axes broadcast', async () => {
  const [a, b] = [tf.ones([2, 1, 4, 5]), tf.reshape(tf.range(0, 90), [3, 5, 6])];
  const found = product(a, b);
  // The sum of the first column of each matrix of b: 5 · 30 · batch + 6 · (0 + 1 + 2 + 3 + 4).
  const sums = [0, 1, 2, 0, 1, 2].map((batch) => 150 * batch + 60);
  const data = await found.data();
  expect(found.shape).toEqual([2, 3, 4, 6]);
  expect(sums.map((_, k) => data[k * 24])).toEqual(sums);
  tf.dispose([a, b, found]);
});
