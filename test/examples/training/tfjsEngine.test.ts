import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { forwardOf } from '../../../examples/support/layerNorm/forwardOf';
import { lossAndGradients } from '../../../examples/support/training/lossAndGradients';
import { randomDraws } from '../../../examples/support/training/randomDraws';
import { createTfjsEngine } from '../../../examples/support/training/tfjsEngine';
import type { LabelledBatch } from '../../../examples/support/training/trainingEngine';
import { useBackend } from '../../support/backend';
import { expectNoLeak, expectSameParams } from '../../support/invariants';
import { tinyNetwork } from './tinyNetwork';
import { tinyProblem } from './tinyProblem';

/** The mean cross-entropy by the forward pass, which is checked against PyTorch's elsewhere. */
async function lossOf(params: Params, { images, labels, count, size }: LabelledBatch) {
  const logits = tf.tidy(() =>
    forwardOf(tinyNetwork)(params, tf.tensor4d(images, [count, size, size, 3])),
  );
  const rows = (await logits.array()) as number[][];
  logits.dispose();
  const losses = rows.map((row, i) => {
    const sum = row.reduce((total, z) => total + Math.exp(z - row[labels[i]]), 0);
    return Math.log(sum);
  });
  return losses.reduce((total, loss) => total + loss, 0) / count;
}

describe.each(['cpu', 'wasm'])('lossAndGradients on the %s backend', (backend) => {
  it('agrees with finite differences of the forward pass in every parameter', async () => {
    await useBackend(backend);
    const { batch, params } = tinyProblem(3, 8);
    const { value: loss, gradients } = tf.tidy(() => ({
      ...lossAndGradients(
        tinyNetwork,
        params,
        tf.tensor4d(batch.images, [3, 8, 8, 3]),
        tf.tensor1d(batch.labels, 'int32'),
      ),
    }));
    expect((await loss.data())[0]).toBeCloseTo(await lossOf(params, batch), 5);
    expect(Object.keys(gradients).sort()).toEqual(Object.keys(params).sort());
    const draw = randomDraws(6);
    for (const [name, param] of Object.entries(params)) {
      expect(gradients[name].shape).toEqual(param.shape);
      const [gradient, values] = [await gradients[name].data(), await param.data()];
      for (let sample = 0; sample < Math.min(4, values.length); sample++) {
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
        expect(Math.abs(gradient[i] - slope), `${name}[${i}]`).toBeLessThan(1e-3);
      }
    }
    tf.dispose([loss, gradients, params]);
  });
});

/** g = ∂loss/∂w + 0.01·w, v ← 0.5·v + g, or g at the first step, w ← w − rate·v. */
function stepByTheFormulas(
  { images, labels, count, size }: LabelledBatch,
  { params, velocity }: { params: Params; velocity: Params },
  { first, rate }: { first: boolean; rate: number },
) {
  const [x, y] = [tf.tensor4d(images, [count, size, size, 3]), tf.tensor1d(labels, 'int32')];
  const { gradients } = lossAndGradients(tinyNetwork, params, x, y);
  const next: Record<'params' | 'velocity', Record<string, tf.Tensor>> = {
    params: {},
    velocity: {},
  };
  for (const [name, w] of Object.entries(params)) {
    const g = tf.add(gradients[name], tf.mul(0.01, w));
    next.velocity[name] = first ? g : tf.add(tf.mul(0.5, velocity[name]), g);
    next.params[name] = tf.sub(w, tf.mul(rate, next.velocity[name]));
  }
  return next;
}

describe('createTfjsEngine', () => {
  it('makes steps with momentum and decay as PyTorch has them', async () => {
    await useBackend('wasm');
    const { batch, params } = tinyProblem(3, 8);
    const [momentum, weightDecay, rates] = [0.5, 0.01, [0.1, 0.2]];
    const engine = await createTfjsEngine({ network: tinyNetwork, params, momentum, weightDecay });
    const losses = [await engine.step(batch, rates[0]), await engine.step(batch, rates[1])];
    const found = await engine.read();
    const expected = [];
    let state = { params, velocity: params };
    for (const [step, rate] of rates.entries()) {
      const last = state;
      state = tf.tidy(() => stepByTheFormulas(batch, last, { first: step === 0, rate }));
      expected.push(state);
    }
    await expectSameParams(found.params, state.params, 1e-6);
    await expectSameParams(found.velocity, state.velocity, 1e-6);
    const last = await lossOf(expected[0].params, batch);
    expect(losses[0]).toBeCloseTo(await lossOf(params, batch), 5);
    expect(losses[1]).toBeCloseTo(last, 5);
    engine.dispose();
    tf.dispose([params, found.params, found.velocity]);
    for (const each of expected) tf.dispose([each.params, each.velocity]);
  });

  it('goes on from what it has read to the same steps, to the bit, and leaks nothing', async () => {
    await useBackend('wasm');
    const { batch, params } = tinyProblem(3, 8);
    const network = tinyNetwork;
    const work = async () => {
      const one = await createTfjsEngine({ network, params });
      await one.step(batch, 0.1);
      const half = await one.read();
      await one.step(batch, 0.1);
      const other = await createTfjsEngine({ network, ...half });
      await other.step(batch, 0.1);
      const [whole, resumed] = [await one.read(), await other.read()];
      await expectSameParams(resumed.params, whole.params);
      await expectSameParams(resumed.velocity, whole.velocity);
      one.dispose();
      other.dispose();
      for (const each of [half, whole, resumed]) tf.dispose([each.params, each.velocity]);
    };
    const error = await expectNoLeak(work);
    if (error instanceof Error) throw error;
    tf.dispose(params);
  });
});
