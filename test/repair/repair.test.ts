import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { interpolate, layersModelParams, type Params, type RepairProgress, repair } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { layersModelForward } from '../../src/models/layersModelForward';
import { useBackend } from '../support/backend';
import { expectSameParams } from '../support/invariants';
import * as networks from '../support/networks';
import { randomParams } from '../tracing/network';
import { expectTargets, type Forward, network, normal, parentsOf, statistics } from './targets';

await useBackend('cpu');

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

  it('a layer without bias has the right standard deviation, and its progress says so', async () => {
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
