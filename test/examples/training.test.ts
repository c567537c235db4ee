import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import { type Params, resetBatchNorm } from 'perm-lmc';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cached } from '../../examples/support/cached';
import { convForward, convNetwork, convSplitForward } from '../../examples/support/convNet';
import { mlpForward, mlpNetwork, mlpSplitForward } from '../../examples/support/mlp';
import { loadMnist } from '../../examples/support/mnist';
import type { Network } from '../../examples/support/network';
import { halfCosine } from '../../examples/support/schedules';
import { inputGradient, stridedConvolution } from '../../examples/support/stridedConvolution';
import { type TrainOptions, trainNetwork } from '../../examples/support/train';

/** Uniform in −0.5 … 0.5. */
const random = (shape: number[], seed: number) =>
  tf.randomUniform(shape, -0.5, 0.5, 'float32', seed);

/** Parameters off every special value, such as zero biases. */
function generic(network: Network, seed: number): Params {
  return Object.fromEntries(
    Object.entries(network.init(seed)).map(([name, x], i) => [
      name,
      tf.add(x, tf.mul(random(x.shape, i + 1), 0.2)),
    ]),
  );
}

describe('stridedConvolution', () => {
  beforeAll(() => tf.setBackend('wasm'));

  for (const size of [1, 2, 5, 6]) {
    it(`inputGradient is its transpose on maps of ${size}×${size + 1}: ⟨x ∗ k, δ⟩ = ⟨x, ∂x⟩`, async () => {
      const x = random([2, size, size + 1, 3], 1) as tf.Tensor4D;
      const kernel = random([3, 3, 3, 4], 2) as tf.Tensor4D;
      const y = stridedConvolution(x, kernel);
      const delta = random(y.shape, 3) as tf.Tensor4D;
      const gradient = inputGradient(delta, kernel, x.shape);
      expect(gradient.shape).toEqual(x.shape);
      const [left] = await tf.sum(tf.mul(y, delta)).data();
      const [right] = await tf.sum(tf.mul(x, gradient)).data();
      expect(right).toBeCloseTo(left, 4);
    });
  }
});

describe('convNetwork', () => {
  const network = convNetwork([2, 3]);

  it('has gradients that agree with finite differences', async () => {
    await tf.setBackend('cpu');
    const params = generic(network, 3);
    const x = random([4, 36], 5) as tf.Tensor2D;
    const oneHot = tf.oneHot([0, 3, 9, 3], 10) as tf.Tensor2D;
    const { gradients, statistics } = network.lossAndGradients(params, x, oneHot);
    const names = [...Object.keys(gradients), ...Object.keys(statistics!)];
    expect(names.sort()).toEqual(Object.keys(params).sort());
    for (const name of Object.keys(gradients)) {
      const param = params[name];
      const gradient = await gradients[name].data();
      const values = await param.data();
      const lossWith = async (index: number, change: number) => {
        const moved = values.slice();
        moved[index] += change;
        const changed = { ...params, [name]: tf.tensor(moved, param.shape) };
        return (await network.lossAndGradients(changed, x, oneHot).loss.data())[0];
      };
      for (let i = 0; i < values.length; i++) {
        const slope = ((await lossWith(i, 1e-3)) - (await lossWith(i, -1e-3))) / 2e-3;
        expect(Math.abs(gradient[i] - slope), `${name}[${i}]`).toBeLessThan(2e-3);
      }
    }
  });
});

describe('convSplitForward', () => {
  beforeAll(() => tf.setBackend('wasm'));

  it('is convForward in two parts', async () => {
    const params = generic(convNetwork([3, 4]), 1);
    const x = random([5, 784], 2);
    const h = convSplitForward.linear(params, x);
    const expected = await convForward(params, x).data();
    expect(maxDifference(await convSplitForward.rest(params, h, x).data(), expected)).toBe(0);
  });
});

describe('mlpSplitForward', () => {
  it('is mlpForward in two parts', async () => {
    const params = generic(mlpNetwork([784, 6, 5, 10]), 1);
    const x = random([5, 784], 2);
    const h = mlpSplitForward.linear(params, x);
    const expected = await mlpForward(params, x).data();
    expect(maxDifference(await mlpSplitForward.rest(params, h, x).data(), expected)).toBeLessThan(
      1e-5,
    );
  });
});

const networks = { mlp: mlpNetwork([784, 12, 10]), conv: convNetwork([3, 4]) };

for (const [kind, network] of Object.entries(networks)) {
  describe(`trainNetwork of ${kind}`, () => {
    let base: TrainOptions;
    beforeAll(async () => {
      await tf.setBackend('wasm');
      const { train } = loadMnist({ train: 110, test: 1 });
      base = { network, train, seed: 4, batchSize: 20, epochs: 2, learningRate: 0.01 };
    });

    it('gives the same parameters for the same seed, and others for another seed or order', async () => {
      const first = await trained(base);
      expect(await trained(base)).toEqual(first);
      expect(await trained({ ...base, seed: 5 })).not.toEqual(first);
      expect(await trained({ ...base, dataSeed: 5 })).not.toEqual(first);
    });

    it('leaves nothing but the parameters, on success, abort and an error in a callback', async () => {
      const before = tf.memory().numTensors;
      const size = Object.keys(network.init(0)).length;
      const own = tf.memory().numTensors;
      expect(own - before).toBe(size);
      await trainNetwork({ ...base, start: network.init(1), mask: kernelMask(network) });
      // The initial parameters above, the start, the mask and the result.
      const kernels = Object.keys(kernelMask(network)).length;
      expect(tf.memory().numTensors - own).toBe(2 * size + 2 * kernels);

      const quiet = tf.memory().numTensors;
      const controller = new AbortController();
      const aborted = trainNetwork({
        ...base,
        signal: controller.signal,
        onEpoch: () => controller.abort(new Error('enough')),
      });
      await expect(aborted).rejects.toThrow('enough');
      const failed = trainNetwork({
        ...base,
        onEpoch: () => {
          throw new Error('failed');
        },
      });
      await expect(failed).rejects.toThrow('failed');
      expect(tf.memory().numTensors).toBe(quiet);
    });

    it('hands out the parameters that a run ending at the checkpoint has, without changing the run', async () => {
      const learningRate = halfCosine(0.01, 12);
      const checkpoints: Record<number, Values> = {};
      const end = await trained({
        ...base,
        learningRate,
        checkpoints: [0, 5, 12],
        onCheckpoint: async (step, params) => {
          checkpoints[step] = await valuesOf(params);
          tf.dispose(params);
        },
      });
      expect(Object.keys(checkpoints)).toEqual(['0', '5', '12']);
      expect(checkpoints[0]).toEqual(await valuesOf(network.init(4)));
      expect(checkpoints[5]).toEqual(await trained({ ...base, learningRate, steps: 5 }));
      expect(checkpoints[12]).toEqual(end);
      expect(end).toEqual(await trained(base));
    });

    it('repeats a run from its start', async () => {
      expect(await trained({ ...base, start: network.init(4) })).toEqual(await trained(base));
    });

    it('goes on from a later step with the data and the rate of that step', async () => {
      let rewound: Params = {};
      await trained({
        ...base,
        checkpoints: [7],
        onCheckpoint: (_, params) => {
          rewound = params;
        },
      });
      const steps: number[] = [];
      const learningRate = (step: number) => {
        steps.push(step);
        return 0.01;
      };
      const start = await valuesOf(rewound);
      await trained({ ...base, start: rewound, firstStep: 7, learningRate });
      expect(steps).toEqual([7, 8, 9, 10, 11]);
      expect(await valuesOf(rewound)).toEqual(start);
      expect(await trained({ ...base, start: rewound, firstStep: 12 })).toEqual(start);
    });

    it('holds masked weights at exactly zero from the start on, and trains the others', async () => {
      const mask = kernelMask(network);
      const masks = await valuesOf(mask);
      const initial = await valuesOf(network.init(base.seed));
      const expectHeld = async (params: Params, trainedOnes: boolean) => {
        for (const [name, values] of Object.entries(await valuesOf(params))) {
          if (!(name in masks)) continue;
          values.forEach((value, i) => {
            if (masks[name][i] === 0) expect(Object.is(value, 0), `${name}[${i}]`).toBe(true);
            else if (!trainedOnes) expect(value).toBe(initial[name][i]);
          });
          if (trainedOnes) expect(values).not.toEqual(initial[name]);
        }
      };
      const onCheckpoint = (step: number, params: Params) => expectHeld(params, step > 0);
      await trainNetwork({ ...base, mask, checkpoints: [0, 1, 5, 12], onCheckpoint });
    });

    it('refuses a mask that fits no parameter', async () => {
      const before = tf.memory().numTensors;
      const mask = { nowhere: tf.ones([2]) };
      await expect(trainNetwork({ ...base, mask })).rejects.toThrow(/'nowhere'.*does not exist/);
      expect(tf.memory().numTensors).toBe(before + 1);
    });
  });
}

describe('convNetwork on digits', () => {
  it('learns, and its moving statistics serve forward', async () => {
    await tf.setBackend('wasm');
    const { train, test } = loadMnist({ train: 2000, test: 500 });
    const network = convNetwork([8, 16, 32]);
    const params = await trainNetwork({
      network,
      train,
      seed: 1,
      batchSize: 50,
      learningRate: 0.04,
    });
    const guesses = await tf
      .argMax(convForward(params, tf.tensor2d(test.images, [500, 784])), 1)
      .data();
    expect(guesses.filter((guess, i) => guess === test.labels[i]).length / 500).toBeGreaterThan(
      0.75,
    );
  });

  it('has batch normalisations that resetBatchNorm finds', async () => {
    const params = convNetwork([2, 3]).init(1);
    const reset = await resetBatchNorm(params, {
      forward: convForward,
      inputs: random([9, 36], 1),
    });
    expect(await reset['bn2/moving_mean'].data()).not.toEqual(
      await params['bn2/moving_mean'].data(),
    );
  });
});

describe('cached', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cached-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('makes the params once for the same settings and anew for others', async () => {
    const path = join(folder, 'deeper', 'params.safetensors');
    let made = 0;
    const make = () => ({ w: tf.tensor1d([++made]) });
    const value = async (settings: Record<string, unknown>) =>
      (await valuesOf(await cached(path, settings, make))).w[0];
    expect(await value({ seed: 1, widths: [2, 3] })).toBe(1);
    expect(await value({ widths: [2, 3], seed: 1 })).toBe(1);
    expect(await value({ seed: 1, widths: [2, 4] })).toBe(2);
    expect(await value({ seed: 1, widths: [2, 4], epochs: undefined })).toBe(2);
    expect(made).toBe(2);
  });

  it('leaves no file and no tensor when making fails', async () => {
    const path = join(folder, 'failing.safetensors');
    const before = tf.memory().numTensors;
    const make = async (): Promise<Params> => {
      throw new Error('no params');
    };
    await expect(cached(path, { seed: 1 }, make)).rejects.toThrow('no params');
    expect(existsSync(path)).toBe(false);
    expect(tf.memory().numTensors).toBe(before);
  });
});

type Values = Record<string, Float32Array>;

async function trained(options: TrainOptions): Promise<Values> {
  const params = await trainNetwork(options);
  const values = await valuesOf(params);
  tf.dispose(params);
  return values;
}

async function valuesOf(params: Params): Promise<Values> {
  const entries = Object.entries(params).map(async ([name, x]) => [name, await x.data()]);
  return Object.fromEntries(await Promise.all(entries));
}

/** About half of every kernel's weights. */
function kernelMask(network: Network): Params {
  return tf.tidy(() =>
    Object.fromEntries(
      Object.entries(network.init(0))
        .filter(([name]) => name.endsWith('kernel'))
        .map(([name, x], i) => [name, tf.step(random(x.shape, i + 50))]),
    ),
  );
}

function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i])));
}
