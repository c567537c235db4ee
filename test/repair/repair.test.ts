import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {
  InvalidInputError,
  interpolate,
  layersModelParams,
  type Params,
  type RepairOptions,
  type RepairProgress,
  type ResetBatchNormOptions,
  repair,
  resetBatchNorm,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { layersModelForward } from '../../src/models/layersModelForward';
import { useBackend } from '../support/backend';
import { expectNoLeak, expectSameParams } from '../support/invariants';
import * as networks from '../support/networks';
import { randomParams } from '../tracing/network';

await useBackend('cpu');

type Forward = (params: Params, x: tf.Tensor) => tf.Tensor;

/** Mean and standard deviation of each channel (the last axis), in plain float64. */
async function statistics(x: tf.Tensor): Promise<{ mean: number[]; std: number[] }> {
  const values = await x.data();
  const channels = x.shape.at(-1)!;
  const rows = values.length / channels;
  const mean = Array.from({ length: channels }, (_, c) => {
    let sum = 0;
    for (let r = 0; r < rows; r++) sum += values[r * channels + c];
    return sum / rows;
  });
  const std = mean.map((centre, c) => {
    let sum = 0;
    for (let r = 0; r < rows; r++) sum += (values[r * channels + c] - centre) ** 2;
    return Math.sqrt(sum / rows);
  });
  return { mean, std };
}

/** The pre-activations of a repaired network have the weighted means of the parents' statistics. */
async function expectTargets(
  layer: (params: Params) => tf.Tensor,
  repaired: Params,
  parents: readonly Params[],
  weights: readonly number[],
  { shifted = true } = {},
): Promise<void> {
  const own = await statistics(layer(repaired));
  const theirs = await Promise.all(parents.map((parent) => statistics(layer(parent))));
  own.std.forEach((std, c) => {
    const target = theirs.reduce((sum, each, i) => sum + weights[i] * each.std[c], 0);
    expect(std).toBeCloseTo(target, 4);
  });
  if (!shifted) return;
  own.mean.forEach((mean, c) => {
    const target = theirs.reduce((sum, each, i) => sum + weights[i] * each.mean[c], 0);
    expect(mean).toBeCloseTo(target, 4);
  });
}

function network(name: string): networks.TestNetwork {
  return networks.testNetworks.find((each) => each.name === name)!;
}

/** Two networks of these shapes, and the mixture of them. */
function parentsOf(shapes: Readonly<Record<string, readonly number[]>>, weights = [0.5, 0.5]) {
  const parents = [randomParams(shapes, 1), randomParams(shapes, 2)];
  return { parents, merged: interpolate(parents[0], parents[1], weights[1]) };
}

const normal = (shape: number[], seed = 1) => tf.randomNormal(shape, 0.2, 1, 'float32', seed);

describe('rescaled units have the statistics of the parents', () => {
  it.each(['tfjs', 'pytorch'] as const)('in an MLP, %s', async (layout) => {
    const { shapes, forward } = network(`MLP, ${layout}`);
    const weights = [0.3, 0.7];
    const { parents, merged } = parentsOf(shapes, weights);
    const x = normal([50, 6]);
    const repaired = await repair(merged, parents, { forward, inputs: x, weights, batchSize: 16 });
    const names = layout === 'tfjs' ? ['dense1', 'dense2', 'dense3'] : ['fc1', 'fc2', 'fc3'];
    for (const depth of [1, 2]) {
      const layer = networks.mlpForward(layout, names.slice(0, depth));
      await expectTargets((params) => layer(params, x), repaired, parents, weights);
    }
    const output = names[2] + (layout === 'tfjs' ? '/kernel' : '.weight');
    await expectSameParams({ [output]: repaired[output] }, { [output]: merged[output] });
  });

  it('in a convolutional network, over all positions', async () => {
    const shapes = {
      c1: [3, 3, 2, 4],
      b1: [4],
      c2: [3, 3, 4, 5],
      b2: [5],
      w: [20, 6],
      b: [6],
      out: [6, 3],
    };
    const conv = (p: Params, i: number, h: tf.Tensor) =>
      tf.add(tf.conv2d(h as tf.Tensor4D, p[`c${i}`] as tf.Tensor4D, 1, 'same'), p[`b${i}`]);
    const pooled = (h: tf.Tensor) => tf.maxPool(tf.relu(h) as tf.Tensor4D, 2, 2, 'valid');
    const layers: Forward[] = [
      (p, x) => conv(p, 1, x),
      (p, x) => conv(p, 2, pooled(conv(p, 1, x))),
      (p, x) => tf.add(tf.matMul(tf.reshape(pooled(layers[1](p, x)), [-1, 20]), p.w), p.b),
    ];
    const forward: Forward = (p, x) => tf.matMul(tf.relu(layers[2](p, x)), p.out);
    const { parents, merged } = parentsOf(shapes);
    const x = normal([9, 8, 8, 2]);
    for (const backend of ['wasm', 'cpu'] as const) {
      await useBackend(backend);
      const repaired = await repair(merged, parents, { forward, inputs: x, batchSize: 4 });
      for (const layer of layers) {
        await expectTargets((p) => layer(p, x), repaired, parents, [0.5, 0.5]);
      }
    }
  });

  it('in a LayersModel with fused nonlinearities', async () => {
    const model = tfl.sequential({
      layers: [
        tfl.layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', inputShape: [6, 6, 2] }),
        tfl.layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, activation: 'relu' }),
        tfl.layers.flatten(),
        tfl.layers.dense({ units: 5, activation: 'tanh' }),
        tfl.layers.dense({ units: 3 }),
      ],
    });
    const forward = layersModelForward(model);
    const shapes = Object.fromEntries(
      Object.entries(layersModelParams(model)).map(([name, { shape }]) => [name, shape]),
    );
    const { parents, merged } = parentsOf(shapes);
    const x = normal([20, 6, 6, 2]) as tf.Tensor4D;
    const seen: string[] = [];
    const repaired = await repair(merged, parents, {
      forward,
      inputs: x,
      onProgress: ({ param }) => seen.push(param),
    });
    const [k1, b1, k2, b2, k3, b3] = Object.keys(shapes);
    expect(seen).toEqual([k1, k2, k3]);
    const first = (p: Params) => tf.add(tf.conv2d(x, p[k1] as tf.Tensor4D, 1, 'valid'), p[b1]);
    const second = (p: Params) =>
      tf.add(
        tf.depthwiseConv2d(tf.relu(first(p)) as tf.Tensor4D, p[k2] as tf.Tensor4D, 1, 'valid'),
        p[b2],
      );
    const third = (p: Params) =>
      tf.add(tf.matMul(tf.reshape(tf.relu(second(p)), [20, -1]), p[k3]), p[b3]);
    for (const layer of [first, second, third]) {
      await expectTargets(layer, repaired, parents, [0.5, 0.5]);
    }
  });

  it('in three parents, of fused query, key and value kernels that are cut', async () => {
    const shapes = { qkv: [4, 18], bias: [18], o: [6, 4], up: [4, 9], out: [9, 2] };
    const parts = (p: Params, x: tf.Tensor) =>
      [0, 1, 2].map((i) =>
        tf.add(
          tf.matMul(tf.reshape(x, [-1, 4]), tf.slice(p.qkv, [0, 6 * i], [4, 6])),
          tf.slice(p.bias, [6 * i], [6]),
        ),
      );
    const forward: Forward = (p, x) => {
      const heads = parts(p, x).map((part) =>
        tf.transpose(tf.reshape(part, [-1, 5, 2, 3]), [0, 2, 1, 3]),
      );
      const scores = tf.softmax(tf.matMul(heads[0], heads[1], false, true));
      const mixed = tf.reshape(tf.transpose(tf.matMul(scores, heads[2]), [0, 2, 1, 3]), [-1, 6]);
      return tf.matMul(tf.relu(tf.matMul(tf.matMul(mixed, p.o), p.up)), p.out);
    };
    const parents = [1, 2, 3].map((seed) => randomParams(shapes, seed));
    const x = normal([8, 5, 4]);
    const weights = [0.2, 0.3, 0.5];
    const repaired = await repair(parents[0], parents, { forward, inputs: x, weights });
    for (const i of [0, 1, 2]) {
      await expectTargets((p) => parts(p, x)[i], repaired, parents, weights);
    }
  });

  it('a parent that has all of the weight is given back', async () => {
    const { shapes, forward } = network('VGG, tfjs');
    const { parents } = parentsOf(shapes);
    const x = normal([8, 8, 8, 3]);
    for (const [i, weights] of [
      [1, 0],
      [0, 1],
    ].entries()) {
      const repaired = await repair(parents[i], parents, { forward, inputs: x, weights });
      await expectSameParams(repaired, parents[i], 1e-5);
    }
  });
});

describe('what cannot be shifted, or should not be scaled', () => {
  const x = normal([40, 3]);

  it('a layer without bias has the right deviation, and its progress says so', async () => {
    const { parents, merged } = parentsOf({ k: [3, 5], out: [5, 2] });
    const layer: Forward = (p, input) => tf.matMul(input, p.k);
    const forward: Forward = (p, input) => tf.matMul(tf.relu(layer(p, input)), p.out);
    const seen: RepairProgress[] = [];
    const repaired = await repair(merged, parents, {
      forward,
      inputs: x,
      onProgress: (progress) => seen.push(progress),
    });
    await expectTargets((p) => layer(p, x), repaired, parents, [0.5, 0.5], { shifted: false });
    expect(seen).toEqual([{ done: 1, total: 1, kind: 'rescale', param: 'k', shifted: false }]);
  });

  it('a unit that does not vary keeps its scale, and is shifted', async () => {
    const a = randomParams({ k: [3, 2], b: [2], out: [2, 2] }, 1);
    // Unit 1 of B is A's with the other sign: between them nothing is left of it.
    const b = { ...a, k: tf.mul(a.k, tf.tensor2d([[1, -1]])) };
    const layer: Forward = (p, input) => tf.add(tf.matMul(input, p.k), p.b);
    const forward: Forward = (p, input) => tf.matMul(tf.relu(layer(p, input)), p.out);
    const repaired = await repair(interpolate(a, b, 0.5), [a, b], { forward, inputs: x });
    const values = await repaired.k.data();
    expect([values[1], values[3], values[5]].map(Math.abs)).toEqual([0, 0, 0]);
    const { mean } = await statistics(layer(repaired, x));
    const [ofA, ofB] = [await statistics(layer(a, x)), await statistics(layer(b, x))];
    expect(mean[1]).toBeCloseTo((ofA.mean[1] + ofB.mean[1]) / 2, 5);
  });

  it('a layer that is used twice has one set of statistics, over both uses', async () => {
    const { parents, merged } = parentsOf({ k: [3, 4], b: [4], out: [8, 2] });
    const layer: Forward = (p, input) => tf.add(tf.matMul(input, p.k), p.b);
    const both: Forward = (p, input) => tf.concat([layer(p, input), layer(p, tf.neg(input))]);
    const forward: Forward = (p, input) => {
      const [one, two] = [layer(p, input), layer(p, tf.neg(input))];
      return tf.matMul(tf.concat([tf.relu(one), tf.relu(two)], 1), p.out);
    };
    const repaired = await repair(merged, parents, { forward, inputs: x });
    await expectTargets((p) => both(p, x), repaired, parents, [0.5, 0.5]);
  });

  it('tied and normalised kernels stay as they are', async () => {
    const { parents, merged } = parentsOf({
      tied: [3, 4],
      v: [4, 5],
      gain: [5],
      k: [5, 6],
      out: [6, 2],
    });
    const forward: Forward = (p, input) => {
      const code = tf.relu(tf.matMul(input, p.tied));
      const back = tf.matMul(code, p.tied, false, true);
      const normed = tf.mul(tf.div(p.v, tf.norm(p.v, 2, 0, true)), p.gain);
      const hidden = tf.relu(tf.matMul(tf.relu(tf.matMul(code, normed)), p.k));
      return tf.concat([back, tf.matMul(hidden, p.out)], 1);
    };
    const seen: string[] = [];
    const repaired = await repair(merged, parents, {
      forward,
      inputs: x,
      onProgress: ({ param }) => seen.push(param),
    });
    expect(seen).toEqual(['k']);
    for (const name of ['tied', 'v', 'gain', 'out']) {
      await expectSameParams({ [name]: repaired[name] }, { [name]: merged[name] });
    }
  });
});

describe('batch normalisation', () => {
  const shapes = { k: [3, 4], mean: [4], variance: [4], gamma: [4], beta: [4], out: [4, 2] };
  const x = normal([30, 3]);
  const input = (p: Params) => tf.matMul(x, p.k);
  const norms: Record<string, (p: Params, h: tf.Tensor) => tf.Tensor> = {
    'batchNorm of tfjs': ({ mean, variance, beta, gamma }, h) =>
      tf.batchNorm(
        h,
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        beta as tf.Tensor1D,
        gamma as tf.Tensor1D,
      ),
    '(h − mean) / √(variance + ε)·γ + β': ({ mean, variance, beta, gamma }, h) =>
      tf.add(tf.mul(tf.div(tf.sub(h, mean), tf.sqrt(tf.add(variance, 1e-3))), gamma), beta),
    '(h − mean)·(γ·1/√(variance + ε)) + β': ({ mean, variance, beta, gamma }, h) =>
      tf.add(tf.mul(tf.sub(h, mean), tf.mul(gamma, tf.rsqrt(tf.add(variance, 1e-3)))), beta),
    'h·i + (β − mean·i), i = γ / √(variance + ε)': ({ mean, variance, beta, gamma }, h) => {
      const i = tf.mul(gamma, tf.rsqrt(tf.add(variance, 1e-3)));
      return tf.add(tf.mul(h, i), tf.sub(beta, tf.mul(mean, i)));
    },
    'on an input of rank 4': ({ mean, variance, beta, gamma }, h) =>
      tf.reshape(
        tf.batchNorm(
          tf.reshape(h, [-1, 2, 1, 4]) as tf.Tensor4D,
          mean as tf.Tensor1D,
          variance as tf.Tensor1D,
          beta as tf.Tensor1D,
          gamma as tf.Tensor1D,
        ),
        [-1, 4],
      ),
  };

  it.each(
    Object.keys(norms).flatMap((name) => [100, 7].map((batchSize) => [name, batchSize] as const)),
  )('is found and reset: %s, batches of %d', async (name, batchSize) => {
    const params = randomParams(shapes, 1);
    // The rank 4 one puts two samples in one image.
    const even = name.includes('rank 4') && batchSize === 7 ? 6 : batchSize;
    const forward: Forward = (p, batch) =>
      tf.matMul(tf.relu(norms[name](p, tf.matMul(batch, p.k))), p.out);
    const seen: RepairProgress[] = [];
    const reset = await resetBatchNorm(params, {
      forward,
      inputs: x,
      batchSize: even,
      onProgress: (progress) => seen.push(progress),
    });
    const { mean, std } = await statistics(input(params));
    expect([...(await reset.mean.data())]).toEqual(mean.map((value) => expect.closeTo(value, 5)));
    expect([...(await reset.variance.data())]).toEqual(
      std.map((value) => expect.closeTo((value * value * 30) / 29, 4)),
    );
    expect(seen).toEqual([{ done: 1, total: 1, kind: 'batchNorm', param: 'mean', shifted: true }]);
  });

  it('in a LayersModel', async () => {
    const model = tfl.sequential({
      layers: [
        tfl.layers.conv2d({ filters: 4, kernelSize: 3, useBias: false, inputShape: [6, 6, 2] }),
        tfl.layers.batchNormalization(),
        tfl.layers.reLU(),
        tfl.layers.flatten(),
        tfl.layers.dense({ units: 3 }),
      ],
    });
    const forward = layersModelForward(model);
    const params = layersModelParams(model);
    const images = normal([12, 6, 6, 2]) as tf.Tensor4D;
    const reset = await resetBatchNorm(params, { forward, inputs: images });
    const name = (role: string) => Object.keys(params).find((each) => each.endsWith(role))!;
    const { mean } = await statistics(
      tf.conv2d(images, params[name('conv2d_1/kernel')] as tf.Tensor4D, 1, 'valid'),
    );
    expect([...(await reset[name('moving_mean')].data())]).toEqual(
      mean.map((value) => expect.closeTo(value, 5)),
    );
  });

  it('beside layers without: each is repaired in its way', async () => {
    const { parents, merged } = parentsOf({ ...shapes, first: [3, 3], b: [3] });
    const first: Forward = (p, batch) => tf.add(tf.matMul(batch, p.first), p.b);
    const hidden: Forward = (p, batch) => tf.matMul(tf.relu(first(p, batch)), p.k);
    const forward: Forward = (p, batch) =>
      tf.matMul(tf.relu(norms['batchNorm of tfjs'](p, hidden(p, batch))), p.out);
    const seen: string[] = [];
    const repaired = await repair(merged, parents, {
      forward,
      inputs: x,
      batchSize: 8,
      onProgress: ({ param, kind }) => seen.push(`${kind} ${param}`),
    });
    expect(seen).toEqual(['rescale first', 'batchNorm mean']);
    await expectTargets((p) => first(p, x), repaired, parents, [0.5, 0.5]);
    const { mean } = await statistics(hidden(repaired, x));
    expect([...(await repaired.mean.data())]).toEqual(
      mean.map((value) => expect.closeTo(value, 4)),
    );
    await expectSameParams({ k: repaired.k }, { k: merged.k });
  });
});

describe('resources', () => {
  const { shapes, forward } = network('VGG with batch norm, tfjs');
  const { parents, merged } = parentsOf(shapes);
  const inputs = normal([6, 8, 8, 3]);
  const count = Object.keys(shapes).length;
  const works: [string, (options: Partial<RepairOptions>) => Promise<Params>][] = [
    ['repair', (options) => repair(merged, parents, { forward, inputs, ...options })],
    ['resetBatchNorm', (options) => resetBatchNorm(merged, { forward, inputs, ...options })],
  ];

  it.each(works)('%s keeps its result and nothing else, and disposes no input', async (_, work) => {
    for (const batchSize of [100, 4]) {
      const result = (await expectNoLeak(() => work({ batchSize }), count)) as Params;
      for (const [name, tensor] of Object.entries(result)) expect(tensor).not.toBe(merged[name]);
      tf.dispose(result);
    }
    const all = [merged, ...parents].flatMap((params) => Object.values(params));
    expect([inputs, ...all].some((tensor) => tensor.isDisposed)).toBe(false);
  });

  it.each(works)('%s stops on abort, and leaks nothing', async (_, work) => {
    const reason = new Error('stop it');
    expect(await expectNoLeak(() => work({ signal: AbortSignal.abort(reason) }))).toBe(reason);
    const controller = new AbortController();
    const { signal } = controller;
    const onProgress = () => controller.abort(reason);
    expect(await expectNoLeak(() => work({ signal, onProgress, batchSize: 4 }))).toBe(reason);
  });

  it.each(works)('%s leaks nothing when the forward pass throws', async (_, work) => {
    let calls = 0;
    const failing: Forward = (p, batch) => {
      if (++calls > 4) throw new Error('ouch');
      return forward(p, batch);
    };
    const error = await expectNoLeak(() => work({ forward: failing, batchSize: 2 }));
    expect(String(error)).toMatch(/ouch/);
  });
});

describe('bad input', () => {
  const { shapes, forward } = network('MLP, tfjs');
  const { parents, merged } = parentsOf(shapes);
  const inputs = normal([5, 6]);

  it.each<[string, () => Promise<Params>, RegExp]>([
    [
      'no parents',
      () => repair(merged, [], { forward, inputs }),
      /parents must be an array of networks, received an empty one/,
    ],
    [
      'a parent that differs',
      () =>
        repair(merged, [merged, { ...merged, 'dense1/bias': tf.zeros([2]) }], { forward, inputs }),
      /'dense1\/bias' differs on axis 0: shape \[9\] in merged, \[2\] in parents\[1\]/,
    ],
    [
      'weights that do not sum to 1',
      () => repair(merged, parents, { forward, inputs, weights: [1, 1] }),
      /repair: the weights sum to 2/,
    ],
    ['no inputs', () => repair(merged, parents, { forward, inputs: [] }), /inputs gave no batch/],
    [
      'a batch size of a half',
      () => repair(merged, parents, { forward, inputs, batchSize: 0.5 }),
      /batchSize must be an integer ≥ 1/,
    ],
    [
      'one sample',
      () => repair(merged, parents, { forward, inputs: normal([1, 6]) }),
      /one value for each channel of 'dense1\/kernel'/,
    ],
    [
      'a network without hidden units',
      () =>
        repair({ w: tf.ones([6, 2]) }, [{ w: tf.ones([6, 2]) }], {
          forward: (p, x) => tf.matMul(x, p.w),
          inputs,
        }),
      /neither a batch normalisation nor a contraction with hidden units/,
    ],
    [
      'no batch normalisation to reset',
      () => resetBatchNorm(merged, { forward, inputs } as ResetBatchNormOptions),
      /forward has no batch normalisation/,
    ],
    [
      'inputs that are not finite',
      () => repair(merged, parents, { forward, inputs: tf.fill([5, 6], Number.NaN) }),
      /what 'dense1\/kernel' is measured on is not finite/,
    ],
    [
      'an iterator that can be used once only',
      () => repair(merged, parents, { forward, inputs: [inputs][Symbol.iterator]() }),
      /An iterator can be used once only/,
    ],
  ])('refuses %s', async (_, work, message) => {
    const error = await work().then(
      () => null,
      (reason) => reason,
    );
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(error.message).toMatch(message);
  });
});
