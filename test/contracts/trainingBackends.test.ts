import * as tf from '@tensorflow/tfjs-core';
import { identityPermutations, straightThroughMatch, straightThroughMatchMany } from 'perm-lmc';
import { expect, it } from 'vitest';
import { createTfjsEngine } from '../../examples/support/training/tfjsEngine';
import { tinyNetwork } from '../examples/training/tinyNetwork';
import { tinyProblem } from '../examples/training/tinyProblem';
import { expectNoLeak } from '../support/invariants';
import { mlp, network, spec } from '../support/planted';
import { backends, canRun, start } from '../support/platform/backends';

const [oracle, ...others] = backends.filter(canRun);

/** The loss of each of three training steps, and the parameters after them. */
async function trained(backend: string): Promise<{ losses: number[]; values: number[] }> {
  await start(backend);
  const work = async () => {
    const { batch, params } = tinyProblem(3, 8);
    const mask = tf.tidy(() => ({
      'conv2.weight': tf.cast(tf.greater(params['conv2.weight'], 0), 'float32'),
    }));
    const engine = await createTfjsEngine({ network: tinyNetwork, params, mask });
    const losses: number[] = [];
    for (const rate of [0.1, 0.05, 0.02]) losses.push(await engine.step(batch, rate));
    const read = await engine.read();
    const values: number[] = [];
    for (const tensor of Object.values(read.params)) values.push(...(await tensor.data()));
    engine.dispose();
    tf.dispose([params, mask, read.params, read.velocity]);
    return { losses, values };
  };
  const result = await expectNoLeak(work);
  if (result instanceof Error) throw result;
  return result;
}

it.each(others)('steps of training are the same on the %s backend as on cpu', async (backend) => {
  const [expected, found] = [await trained(oracle), await trained(backend)];
  expect(expected.losses[2]).toBeLessThan(expected.losses[0]);
  const distance = (a: number[], b: number[]) =>
    Math.max(...a.map((value, i) => Math.abs(value - b[i])));
  expect(found.values).toHaveLength(expected.values.length);
  expect(distance(found.losses, expected.losses)).toBeLessThan(1e-4);
  expect(distance(found.values, expected.values)).toBeLessThan(1e-4);
});

/** What straight-through matching learns of two and of three networks. */
async function learned(backend: string) {
  await start(backend);
  const networks = [1, 2, 3].map(network);
  const [a, b] = networks;
  const x = tf.tensor2d(
    Array.from({ length: 120 }, (_, i) => Math.sin(i * i)),
    [20, 6],
  );
  const y = tf.tensor1d(
    Array.from({ length: 20 }, (_, i) => i % 4),
    'int32',
  );
  const data = { forward: mlp.forward, data: { x, y }, batchSize: 10, validation: { x, y } };
  const options = { ...data, steps: 3, optimizer: () => tf.train.sgd(5) };
  const result = await expectNoLeak(async () => ({
    two: await straightThroughMatch(spec, a, b, options),
    many: await straightThroughMatchMany(spec, networks, {
      ...{
        ...options,
        steps: 2,
        initial: networks.map((each) => identityPermutations(spec, each)),
      },
    }),
  }));
  tf.dispose([networks, x, y]);
  if (result instanceof Error) throw result;
  return result;
}

it.each(others)(
  'straightThroughMatch learns the same on the %s backend as on cpu',
  async (backend) => {
    const [expected, found] = [await learned(oracle), await learned(backend)];
    expect(expected.many.step).toBeGreaterThan(0);
    for (const each of ['two', 'many'] as const) {
      expect(found[each].permutations).toEqual(expected[each].permutations);
      expect(found[each].step).toBe(expected[each].step);
      for (const [i, loss] of expected[each].history.entries()) {
        expect(found[each].history[i]).toBeCloseTo(loss, 4);
      }
      expect(found[each].loss).toBeCloseTo(expected[each].loss, 4);
    }
  },
  300_000,
);
