import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { assertOptimizer, optimisedParams } from '../../../src/matching/learned/optimisedParams';
import { useBackend } from '../../support/backend';

await useBackend('cpu');

const optimizers: Record<string, () => tf.Optimizer> = {
  sgd: () => tf.train.sgd(0.1),
  momentum: () => tf.train.momentum(0.1, 0.9),
  adam: () => tf.train.adam(0.1),
  adamax: () => tf.train.adamax(0.1),
  adagrad: () => tf.train.adagrad(0.1),
  adadelta: () => tf.train.adadelta(0.1),
  rmsprop: () => tf.train.rmsprop(0.1),
};

it.each(Object.keys(optimizers))('%s takes steps, and leaves nothing behind', async (name) => {
  const initial = { w: tf.tensor1d([1, 2]), '1': tf.tensor1d([3]) };
  const gradients = { '1': tf.tensor1d([1]), w: tf.tensor1d([0, -1]) };
  const before = { tensors: tf.memory().numTensors, variables: variables() };
  const own = optimisedParams(initial, optimizers[name]);
  for (let step = 0; step < 2; step++) own.apply(gradients);
  const [w0, w1] = await own.params.w.data();
  const [one] = await own.params['1'].data();
  expect(w0).toBe(1);
  expect(w1).toBeGreaterThan(2);
  expect(one).toBeLessThan(3);
  own.dispose();
  expect([...(await initial.w.data())]).toEqual([1, 2]);
  expect({ tensors: tf.memory().numTensors, variables: variables() }).toEqual(before);
  tf.dispose([initial, gradients]);
});

const variables = () => Object.keys(tf.engine().registeredVariables);

it('is that of gradient descent: w − η·g, twice', async () => {
  const w = tf.tensor1d([1, 2]);
  const g = tf.tensor1d([4, -2]);
  const own = optimisedParams({ w }, () => tf.train.sgd(0.25));
  own.apply({ w: g });
  own.apply({ w: g });
  expect([...(await own.params.w.data())]).toEqual([-1, 3]);
  own.dispose();
  tf.dispose([w, g]);
});

it("is not changed by the caller's training", async () => {
  const trainable = () =>
    Object.entries(tf.engine().registeredVariables).flatMap(([name, each]) =>
      each.trainable ? [name] : [],
    );
  const before = trainable();
  const w = tf.tensor1d([1]);
  const own = optimisedParams({ w }, () => tf.train.sgd(1));
  const mine = tf.variable(tf.scalar(2));
  expect(trainable().sort()).toEqual([...before, mine.name].sort());
  own.dispose();
  tf.dispose([w, mine]);
});

it('leaves an optimiser of the caller alive, and refuses one that has taken steps', () => {
  const w = tf.tensor1d([1]);
  const optimizer = tf.train.sgd(1);
  assertOptimizer(optimizer);
  const own = optimisedParams({ w }, optimizer);
  own.apply({ w });
  own.dispose();
  expect(() => assertOptimizer(optimizer)).toThrow(/optimizer has taken 1 steps already/);
  optimizer.setLearningRate(2); // Throws if it were disposed.
  optimizer.dispose();
  w.dispose();
});

it('refuses what is no optimiser', () => {
  expect(() => assertOptimizer(5 as never)).toThrow(/optimizer must be an optimizer of tfjs/);
  expect(() => assertOptimizer(null as never)).toThrow(/optimizer must be .*, received null/);
  expect(() => optimisedParams({}, (() => 5) as never)).toThrow(
    /optimizer\(\) must be an optimizer of tfjs, received a number/,
  );
});
