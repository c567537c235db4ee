import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {
  type ActivationMatchOptions,
  activationMatch,
  layersModelParams,
  type Params,
  type PermutationSpec,
  permutationSpec,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { layersModelForward } from '../../../src/models/layersModelForward';
import { traceForward } from '../../../src/tracing/capture/trace';
import { useBackend } from '../../support/backend';
import * as networks from '../../support/networks';
import { randomInput, randomParams } from '../../tracing/network';
import { programs, withoutSources } from '../../tracing/programs';
import {
  captures,
  expectRecovered,
  kernels,
  mlp,
  pair,
  resnet,
  similarityGap,
  vgg,
} from './networkPair';

await useBackend('cpu');

describe('a planted permutation is found', () => {
  const cases = Object.keys(programs).filter((name) => !withoutSources.includes(name));

  it.each(
    cases.map((name, i) => ({ name, capture: captures[i % 3], kernel: kernels[(i >> 1) % 3] })),
  )('in the program $name: capture $capture, kernel $kernel', async ({ name, capture, kernel }) => {
    const program = programs[name];
    const params = randomParams(program.shapes, 2);
    const inputs = [10, 11, 12, 13].map((seed) => randomInput(program, seed));
    const { spec } = traceForward(program.forward, params, inputs[0]);
    const { forward } = program;
    await expectRecovered(spec, params, { forward, inputs, capture, kernel });
    tf.dispose([params, inputs]);
  });

  it.each(captures.flatMap((capture) => kernels.map((kernel) => [capture, kernel] as const)))(
    'in a ResNet by a written spec: capture %s, kernel %s',
    async (capture, kernel) => {
      const { a, x } = pair(resnet, 6);
      const { forward, spec } = resnet;
      await expectRecovered(spec, a, { forward, inputs: x, capture, kernel });
    },
  );

  it.each(['wasm', 'cpu'] as const)('on %s, with either engine', async (backend) => {
    await useBackend(backend);
    for (const network of [mlp, vgg, resnet]) {
      const { a, x } = pair(network, 6);
      const { forward, spec } = network;
      for (const engine of ['packed', 'backend'] as const) {
        await expectRecovered(spec, a, { forward, inputs: x, kernel: 'correlation', engine });
      }
    }
    await useBackend('cpu');
  });

  it('in a LayersModel, whose nonlinearities are fused into its kernels', async () => {
    const model = tfl.sequential({
      layers: [
        tfl.layers.conv2d({ filters: 5, kernelSize: 3, activation: 'relu', inputShape: [6, 6, 2] }),
        tfl.layers.batchNormalization(),
        tfl.layers.flatten(),
        tfl.layers.dense({ units: 7, activation: 'relu' }),
        tfl.layers.dense({ units: 3 }),
      ],
    });
    const params = layersModelParams(model);
    const forward = layersModelForward(model);
    const x = tf.randomNormal([20, 6, 6, 2], 0, 1, 'float32', 1);
    const { spec } = traceForward(forward, params, x);
    for (const capture of captures) {
      await expectRecovered(spec, params, { forward, inputs: x, capture });
    }
    tf.dispose([params, x]);
  });

  it('under a spec that knows the heads of attention and not what is inside them', async () => {
    // Two heads of three dimensions: every unit of h has three positions, in the same order.
    const spec = permutationSpec({
      q: '_ (h 3)',
      k: '_ (h 3)',
      v: '_ (h 3)',
      o: '(h 3) _',
    });
    const shapes = { q: [4, 12], k: [4, 12], v: [4, 12], o: [12, 5] };
    const forward = (p: Params, x: tf.Tensor) => {
      const heads = (kernel: tf.Tensor) =>
        tf.transpose(
          tf.reshape(tf.matMul(tf.reshape(x, [-1, 4]), kernel), [-1, 6, 4, 3]),
          [0, 2, 1, 3],
        );
      const scores = tf.softmax(tf.matMul(heads(p.q), heads(p.k), false, true));
      const mixed = tf.reshape(tf.transpose(tf.matMul(scores, heads(p.v)), [0, 2, 1, 3]), [-1, 12]);
      return tf.matMul(mixed, p.o);
    };
    const params = randomParams(shapes, 4);
    const x = tf.randomNormal([8, 6, 4], 0, 1, 'float32', 2);
    for (const capture of captures) {
      await expectRecovered(spec, params, { forward, inputs: x, capture });
    }
  });

  it('under a spec whose units are in another order than those of the trace', async () => {
    const reversed: PermutationSpec = {
      groups: [{ name: 'back', size: 5 }],
      params: {
        in: {
          axes: [
            { kind: 'fixed', size: null },
            { kind: 'entries', size: 5, entries: [{ group: 'back', index: [4, 3, 2, 1, 0] }] },
          ],
          optional: false,
        },
        out: {
          axes: [
            { kind: 'entries', size: 5, entries: [{ group: 'back', index: [4, 3, 2, 1, 0] }] },
            { kind: 'fixed', size: null },
          ],
          optional: false,
        },
      },
      unlisted: 'error',
    };
    const params = randomParams({ in: [3, 5], out: [5, 2] }, 1);
    const forward = (p: Params, x: tf.Tensor) => tf.matMul(tf.relu(tf.matMul(x, p.in)), p.out);
    const x = tf.randomNormal([30, 3], 0, 1, 'float32', 3);
    await expectRecovered(reversed, params, { forward, inputs: x });
  });
});

describe('what is compared', () => {
  const spec = permutationSpec({ k: '_ h', b: 'h', out: 'h _' });
  const params = (kernel: number[], bias: number[]): Params => ({
    k: tf.tensor2d(kernel, [1, 2]),
    b: tf.tensor1d(bias),
    out: tf.ones([2, 1]),
  });
  const forward = (p: Params, x: tf.Tensor) =>
    tf.matMul(tf.relu(tf.add(tf.matMul(x, p.k), p.b)), p.out);
  const x = tf.tensor2d([[-1], [0], [1]]);

  // A's units on the three samples: (−1, 0, 1) and (−3, −1, 1); B's: (2, 3, 4) and (2, 0, −2).
  const [a, b] = [params([1, 2], [0, -1]), params([1, -2], [3, 0])];
  const expected = {
    // (−1, 0, 1)·(2, 3, 4) = 2, ·(2, 0, −2) = −4; (−3, −1, 1)·(2, 3, 4) = −5, ·(2, 0, −2) = −8.
    linear: [2, -8],
    // Norms √2, √11 and √29, √8: 2/√58 − 8/√88 beats −4/√16 − 5/√319.
    cosine: [2 / Math.sqrt(58), -8 / Math.sqrt(88)],
    // Each is a line in the sample: correlations 1 and −1, whichever way round.
    correlation: [1, -1],
  };

  it.each(kernels)('pre-activations by the kernel %s', async (kernel) => {
    const { objective, similarity, history } = await activationMatch(spec, a, b, {
      forward,
      inputs: x,
      kernel,
    });
    expect(objective).toBeCloseTo(expected[kernel][0] + expected[kernel][1], 6);
    expect([...similarity.h].sort()).toEqual(
      [...expected[kernel]].sort().map((value) => expect.closeTo(value, 6)),
    );
    expect(history).toHaveLength(2);
    expect(history[1]).toBe(objective);
  });

  it('a unit that never varies correlates with none', async () => {
    const [dead, live] = [params([0, 1], [5, 0]), params([1, 2], [0, 0])];
    const { similarity } = await activationMatch(spec, dead, live, {
      forward,
      inputs: x,
      kernel: 'correlation',
    });
    expect([...similarity.h]).toEqual([0, expect.closeTo(1, 6)]);
  });

  it('the same with the nonlinearity fused into the kernel', async () => {
    const { a, b, x } = pair(mlp);
    const layer = (p: Params, h: tf.Tensor, i: number, activation: 'relu' | 'linear') =>
      tf.fused.matMul({
        a: h as tf.Tensor2D,
        b: p[`dense${i}/kernel`] as tf.Tensor2D,
        bias: p[`dense${i}/bias`],
        activation,
      });
    const fused = (p: Params, input: tf.Tensor) =>
      layer(p, layer(p, layer(p, input, 1, 'relu'), 2, 'relu'), 3, 'linear');
    const plain = await activationMatch(mlp.spec, a, b, { forward: mlp.forward, inputs: x });
    const other = await activationMatch(mlp.spec, a, b, { forward: fused, inputs: x });
    expect(other.permutations).toEqual(plain.permutations);
    expect(similarityGap(other, plain)).toBeLessThan(1e-6);
  });

  it('what the user gives, as what is found', async () => {
    const { a, b, x } = pair(mlp);
    const activations = (p: Params, input: unknown) => {
      const h1 = networks.dense('tfjs', p, 'dense1', input as tf.Tensor);
      return { h2: networks.dense('tfjs', p, 'dense2', tf.relu(h1)), h1 };
    };
    for (const kernel of kernels) {
      const found = await activationMatch(mlp.spec, a, b, {
        forward: mlp.forward,
        inputs: x,
        kernel,
      });
      const given = await activationMatch(mlp.spec, a, b, { activations, inputs: x, kernel });
      expect(given.permutations).toEqual(found.permutations);
      expect(similarityGap(given, found)).toBeLessThan(1e-6);
    }
  });

  it('what the user gives of the units inside heads; the heads follow', async () => {
    const spec = permutationSpec({ up: '_ (h d[h])', down: '(h d[h]) _' });
    const params = randomParams({ up: [5, 12], down: [12, 2] }, 1);
    const sized = {
      ...spec,
      groups: spec.groups.map((g) => (g.name === 'h' ? { ...g, size: 4 } : g)),
    };
    const x = tf.randomNormal([20, 5], 0, 1, 'float32', 1);
    const activations = ({ up }: Params) => ({ d: tf.matMul(x, up) });
    for (const kernel of kernels) {
      const { similarity } = await expectRecovered(sized, params, {
        activations,
        inputs: [x],
        kernel,
      });
      expect(similarity.h.every((value) => value === 0)).toBe(true);
    }
  });

  it('the convolution (first), its batch norm (last), or both (all)', async () => {
    const spec = permutationSpec({
      k: '_ _ _ c',
      mean: 'c',
      variance: 'c',
      out: 'c _',
    });
    const shapes = { k: [3, 3, 2, 6], mean: [6], variance: [6], out: [6, 3] };
    const [a, b] = [randomParams(shapes, 1), randomParams(shapes, 2)];
    const x = tf.randomNormal([4, 5, 5, 2], 0, 1, 'float32', 1) as tf.Tensor4D;
    const conv = (p: Params) => tf.conv2d(x, p.k as tf.Tensor4D, 1, 'same');
    const norm = (p: Params) =>
      tf.batchNorm(conv(p), p.mean as tf.Tensor1D, p.variance as tf.Tensor1D);
    const forward = (p: Params) => tf.matMul(tf.mean(tf.relu(norm(p)), [1, 2]), p.out);
    const match = (options: object) =>
      activationMatch(spec, a, b, { inputs: [x], ...options } as unknown as ActivationMatchOptions);
    const first = await match({ activations: (p: Params) => ({ c: conv(p) }) });
    const last = await match({ activations: (p: Params) => ({ c: norm(p) }) });
    expect(similarityGap(await match({ forward, capture: 'first' }), first)).toBeLessThan(1e-6);
    expect(similarityGap(await match({ forward }), last)).toBeLessThan(1e-6);
    const { permutations, similarity } = await match({ forward, capture: 'all' });
    const [one, two] = await Promise.all(
      [conv, norm].map(async (layer) => {
        const [u, v] = [await layer(a).data(), await layer(b).data()];
        const gram = new Float64Array(36);
        for (let at = 0; at < u.length; at += 6) {
          for (let i = 0; i < 36; i++) gram[i] += u[at + Math.floor(i / 6)] * v[at + (i % 6)];
        }
        return gram;
      }),
    );
    similarity.c.forEach((value, i) => {
      const at = 6 * i + permutations.c[i];
      expect(value).toBeCloseTo(one[at] + two[at], 3);
    });
  });
});
