import * as tf from '@tensorflow/tfjs-core';
import { classificationEvaluator, type Permutations, verifySpec, weightMatch } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { cifarParams, cifarTest, resnet20, vgg16 } from '../support/cifarFixtures';
import { readJson } from '../support/fixtures';

await useBackend('wasm');

describe.each([resnet20, vgg16])('$name with layer normalisation', (family) => {
  const { name, spec, forward, seeds } = family;

  it.each(seeds)("gives PyTorch's logits, seed %i", async (seed) => {
    const params = cifarParams(family, seed);
    const { x, y } = cifarTest(32);
    const before = tf.memory().numTensors;
    const logits = forward(params, x);
    expect(tf.memory().numTensors).toBe(before + 1);
    const values = await logits.data();
    const expected: number[] = readJson('cifar/logits.json')[`${name}_s${seed}`].flat();
    expect(values).toHaveLength(expected.length);
    const difference = Math.max(...expected.map((value, i) => Math.abs(value - values[i])));
    expect(difference).toBeLessThan(1e-4);
    tf.dispose([params, x, y, logits]);
  });

  it('has the errors of training on test images, which labels and images in step show', async () => {
    const params = cifarParams(family, 1);
    const { x, y } = cifarTest(100);
    const { error } = await classificationEvaluator(forward, { x, y })(params);
    expect(error).toBeGreaterThan(0.2);
    expect(error).toBeLessThan(0.4);
    tf.dispose([params, x, y]);
  });

  it('has a spec that keeps the outputs', async () => {
    const params = cifarParams(family, 1);
    const { x, y } = cifarTest(4);
    expect(await verifySpec(spec, forward, params, x)).toMatchObject({ ok: true, warnings: [] });
    tf.dispose([params, x, y]);
  });

  it("has the objective that NumPy found, before and at NumPy's permutations", async () => {
    const [a, b] = [cifarParams(family, 1), cifarParams(family, 2)];
    const reference = readJson('cifar/reference.json')[`${name}_12`];
    const initial: Permutations = Object.fromEntries(
      Object.entries<number[]>(reference.permutations).map(([g, p]) => [g, Int32Array.from(p)]),
    );
    const { history: before } = await weightMatch(spec, a, b, {
      start: 'identity',
      maxSweeps: 1,
    });
    const { history: after } = await weightMatch(spec, a, b, { initial, maxSweeps: 1 });
    expect(before[0]).toBeCloseTo(reference.S_identity, 2);
    expect(after[0]).toBeCloseTo(reference.S, 2);
    tf.dispose([a, b]);
  });
});
