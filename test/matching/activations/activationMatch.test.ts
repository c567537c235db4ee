import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {
  type ActivationMatchOptions,
  activationMatch,
  InvalidInputError,
  layersModelParams,
  type MatchResult,
  mlpSpec,
  type Params,
  type PermutationSpec,
  permutationSpec,
  permute,
  randomPermutations,
} from 'perm-lmc';
import { beforeAll, describe, expect, it } from 'vitest';
import { layersModelForward } from '../../../src/models/layersModelForward';
import { traceForward } from '../../../src/tracing/capture/trace';
import { useBackend } from '../../support/backend';
import { expectNoLeak, expectPermutations, expectSameParams } from '../../support/invariants';
import * as networks from '../../support/networks';
import { randomInput, randomParams } from '../../tracing/network';
import { programs } from '../../tracing/programs';

await useBackend('cpu');

const captures = ['last', 'first', 'all'] as const;
const kernels = ['linear', 'cosine', 'correlation'] as const;

/** Permutes a network at random and lets the match find the way back. */
async function expectRecovered(
  spec: PermutationSpec,
  params: Params,
  options: ActivationMatchOptions,
  seed = 3,
): Promise<MatchResult> {
  const moved = permute(spec, params, randomPermutations(spec, params, { seed }));
  const result = await activationMatch(spec, params, moved, options);
  expectPermutations(result.permutations);
  const back = permute(spec, moved, result.permutations);
  await expectSameParams(back, params);
  tf.dispose([moved, back]);
  return result;
}

/** A network of two hidden layers and data for it. */
const mlp = networks.testNetworks.find(({ name }) => name === 'MLP, tfjs')!;
const resnet = networks.testNetworks.find(({ name }) => name === 'ResNet of basic blocks, tfjs')!;
const vgg = networks.testNetworks.find(({ name }) => name === 'VGG, tfjs')!;

/** Two independent networks of a family and some samples. */
function pair(network: networks.TestNetwork, samples = 40) {
  const [a, b] = [1, 2].map((seed) => networks.randomParams(network, seed));
  return { a, b, x: networks.randomInput(network, samples, 7) };
}

/** max |x − y| over all groups' similarities, relative to the greatest. */
function similarityGap(one: MatchResult, other: MatchResult): number {
  let [gap, greatest] = [0, 0];
  for (const [group, values] of Object.entries(one.similarity)) {
    values.forEach((value, i) => {
      gap = Math.max(gap, Math.abs(value - other.similarity[group][i]));
      greatest = Math.max(greatest, Math.abs(value));
    });
  }
  return gap / greatest;
}

describe('a planted permutation is found', () => {
  /** Of groups with activations: `slots` has one that only weights carry. */
  const cases = Object.keys(programs).filter((name) => !['slots', 'reversedSkip'].includes(name));

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

describe('data', () => {
  it.each([1, 7, 16])('in batches of %d gives the same as at once', async (batchSize) => {
    for (const network of [mlp, vgg]) {
      const { a, b, x } = pair(network, 16);
      const { forward, spec } = network;
      for (const kernel of kernels) {
        const whole = await activationMatch(spec, a, b, { forward, inputs: x, kernel });
        const cut = await activationMatch(spec, a, b, { forward, inputs: x, kernel, batchSize });
        expect(cut.permutations).toEqual(whole.permutations);
        expect(similarityGap(cut, whole)).toBeLessThan(1e-6);
      }
    }
  });

  it('comes as a tensor, a record, an array, a generator or an async one', async () => {
    const { a, b, x } = pair(mlp, 12);
    const { forward, spec } = mlp;
    const parts = tf.split(x, 3);
    const onRecord = (p: Params, { pixels }: { pixels: tf.Tensor }) => forward(p, pixels);
    const options: ActivationMatchOptions[] = [
      { forward, inputs: x },
      { forward: onRecord, inputs: { pixels: x }, batchSize: 5 },
      { forward: onRecord, inputs: parts.map((pixels) => ({ pixels })) },
      { forward, inputs: parts },
      { forward, inputs: new Set(parts) },
      {
        forward,
        inputs: (async function* () {
          for (const part of parts) yield part;
        })(),
      },
    ];
    const results = await Promise.all(options.map((each) => activationMatch(spec, a, b, each)));
    for (const result of results) expect(similarityGap(result, results[0])).toBeLessThan(1e-6);
  });

  it('takes no more memory the more there is', async () => {
    const { a, b } = pair(vgg);
    const bytes: number[] = [];
    const forward = (p: Params, input: tf.Tensor) => {
      bytes.push(tf.memory().numBytes);
      return vgg.forward(p, input);
    };
    async function* batches() {
      for (let i = 0; i < 6; i++) {
        const batch = networks.randomInput(vgg, 4, i);
        yield batch;
        batch.dispose();
      }
    }
    await activationMatch(vgg.spec, a, b, { forward, inputs: batches() });
    expect(bytes).toHaveLength(1 + 2 * 6); // one run to trace it, and one for each network and batch
    const ofA = bytes.filter((_, i) => i % 2 === 1);
    const ofB = bytes.filter((_, i) => i > 0 && i % 2 === 0);
    for (const list of [ofA, ofB]) expect(new Set(list).size).toBe(1);
  });

  it('is gone through again for groups whose samples others move', async () => {
    // Token mixing: the hidden units t of the first layer have the channels c as samples, which move.
    const shapes = { in: [3, 6], mix: [4, 5], back: [5, 4], out: [6, 2] };
    const spec = permutationSpec({ in: '_ c', mix: '_ t', back: 't _', out: 'c _' });
    const forward = (p: Params, input: tf.Tensor) => {
      const channels = tf.reshape(tf.matMul(tf.reshape(input, [-1, 3]), p.in), [-1, 4, 6]);
      const tokens = tf.reshape(tf.transpose(channels, [0, 2, 1]), [-1, 4]);
      const mixed = tf.reshape(tf.matMul(tf.relu(tf.matMul(tokens, p.mix)), p.back), [-1, 6, 4]);
      return tf.matMul(tf.mean(mixed, 2), p.out);
    };
    const inputs = tf.randomNormal([8, 4, 3], 0, 1, 'float32', 1);
    const seen: number[] = [];
    const { history } = await expectRecovered(spec, randomParams(shapes, 1), {
      forward,
      inputs,
      batchSize: 4,
      onProgress: ({ pass }) => seen.push(pass),
    });
    expect(seen).toEqual([1, 1, 2, 2]);
    expect(history).toHaveLength(3);
  });

  it('is told batch by batch', async () => {
    const { a, b, x } = pair(mlp, 10);
    const seen: object[] = [];
    await activationMatch(mlp.spec, a, b, {
      forward: mlp.forward,
      inputs: x,
      batchSize: 4,
      onProgress: (progress) => seen.push(progress),
    });
    expect(seen).toEqual([
      { pass: 1, batches: 1, samples: 4 },
      { pass: 1, batches: 2, samples: 8 },
      { pass: 1, batches: 3, samples: 10 },
    ]);
  });
});

describe('resources', () => {
  let inputs: tf.Tensor;
  let a: Params;
  let b: Params;
  beforeAll(() => {
    ({ a, b, x: inputs } = pair(resnet, 6));
  });
  const { spec, forward } = resnet;

  it('leaks nothing, and disposes no input', async () => {
    for (const engine of ['packed', 'backend'] as const) {
      await expectNoLeak(() =>
        activationMatch(spec, a, b, { forward, inputs, batchSize: 4, engine, kernel: 'cosine' }),
      );
    }
    for (const tensor of [inputs, ...Object.values(a), ...Object.values(b)]) {
      expect(tensor.isDisposed).toBe(false);
    }
  });

  it.each<[string, Partial<ActivationMatchOptions>, RegExp]>([
    [
      'a throw in the forward pass',
      {
        forward: (p: Params, x: tf.Tensor) => {
          if (x.shape[0] === 2) throw new Error('ouch');
          return forward(p, x);
        },
      },
      /ouch/,
    ],
    [
      'a throw in onProgress',
      {
        onProgress: () => {
          throw new Error('enough');
        },
      },
      /enough/,
    ],
    [
      'a throw in the solver',
      {
        solver: () => {
          throw new Error('no');
        },
      },
      /no/,
    ],
  ])('nor with %s', async (_, options, message) => {
    const error = await expectNoLeak(() =>
      activationMatch(spec, a, b, {
        forward,
        inputs,
        batchSize: 4,
        ...options,
      } as ActivationMatchOptions),
    );
    expect(String(error)).toMatch(message);
  });

  it('stops on abort, before and between batches', async () => {
    const reason = new Error('stop it');
    const before = await expectNoLeak(() =>
      activationMatch(spec, a, b, { forward, inputs, signal: AbortSignal.abort(reason) }),
    );
    expect(before).toBe(reason);
    const controller = new AbortController();
    const between = await expectNoLeak(() =>
      activationMatch(spec, a, b, {
        forward,
        inputs,
        batchSize: 2,
        signal: controller.signal,
        onProgress: () => controller.abort(reason),
      }),
    );
    expect(between).toBe(reason);
  });
});

describe('bad input', () => {
  const { a, b, x } = pair(mlp, 4);
  const { forward } = mlp;
  const spec = mlpSpec(3);
  let calls = 0;
  const counted = (p: Params, input: tf.Tensor) => {
    calls++;
    return forward(p, input);
  };

  it.each<[string, object, RegExp]>([
    ['no source', { inputs: x }, /neither of forward and activations is a function/],
    [
      'two sources',
      { inputs: x, forward, activations: () => ({}) },
      /both of forward and activations/,
    ],
    [
      'an unknown capture',
      { inputs: x, forward: counted, capture: 'middle' },
      /capture must be 'last', 'first' or 'all', received middle/,
    ],
    [
      'an unknown kernel',
      { inputs: x, forward: counted, kernel: 'dot' },
      /kernel must be 'linear', .*received dot/,
    ],
    [
      'a batch size of 0',
      { inputs: x, forward: counted, batchSize: 0 },
      /batchSize must be an integer ≥ 1, received 0/,
    ],
    ['no inputs', { forward: counted }, /inputs must hold samples.*received undefined/],
    [
      'inputs without samples',
      { inputs: tf.zeros([0, 6]), forward: counted },
      /received a tensor of shape \[0,6\]/,
    ],
    [
      'inputs of different lengths',
      { inputs: { x, y: tf.zeros([3, 1]) }, forward: counted },
      /received \{ x, y \}/,
    ],
  ])('refuses %s before any work', async (_, options, message) => {
    calls = 0;
    const error = await expectNoLeak(() =>
      activationMatch(spec, a, b, options as ActivationMatchOptions),
    );
    expect(error).toBeInstanceOf(InvalidInputError);
    expect((error as Error).message).toMatch(message);
    expect(calls).toBe(0);
  });

  it('refuses networks that differ, by the parameter', async () => {
    const other = { ...b, 'dense1/bias': tf.zeros([4]) };
    await expect(activationMatch(spec, a, other, { forward, inputs: x })).rejects.toThrow(
      /'dense1\/bias' differs on axis 0/,
    );
  });

  it.each<[string, object, RegExp]>([
    ['no batch', { inputs: [], forward }, /inputs gave no batch/],
    [
      'a forward function that branches on values',
      {
        inputs: x,
        forward: (p: Params, input: tf.Tensor) =>
          p === b ? tf.relu(forward(p, input)) : forward(p, input),
      },
      /does not do the same every time: its operation \d+ is Relu where it was at its end/,
    ],
    [
      'activations without a group',
      { inputs: x, activations: () => ({ h1: tf.zeros([4, 9]) }) },
      /activations returned the groups \[h1\], the spec has \[h1,h2\]/,
    ],
    [
      'activations of another width',
      { inputs: x, activations: () => ({ h1: tf.zeros([4, 8]), h2: tf.zeros([4, 7]) }) },
      /float32 \[4,8\] for group 'h1', expected float32 \[…, 9\]/,
    ],
    [
      'activations of other samples',
      {
        inputs: x,
        activations: (p: Params) => ({ h1: tf.zeros([p === a ? 4 : 5, 9]), h2: tf.zeros([4, 7]) }),
      },
      /group 'h1' have shape \[4,9\] in a and \[5,9\] in b/,
    ],
    [
      'activations that are not finite',
      {
        inputs: x,
        activations: (p: Params) => ({
          h1: tf.ones([4, 9]),
          h2: tf.fill([4, 7], p === b ? Number.NaN : 1),
        }),
      },
      /activations of group 'h2' in b hold NaN/,
    ],
    [
      'a solver that solves nothing',
      {
        inputs: x,
        forward,
        solver: (_: unknown, n: number) => ({ assignment: new Int32Array(n), objective: 0 }),
      },
      /the assignment of group 'h1'/,
    ],
  ])('refuses %s', async (_, options, message) => {
    const error = await expectNoLeak(() =>
      activationMatch(spec, a, b, options as ActivationMatchOptions),
    );
    expect(error).toBeInstanceOf(InvalidInputError);
    expect((error as Error).message).toMatch(message);
  });

  it('refuses a group that does not move as one in the network, by its name', async () => {
    const wrong = permutationSpec({
      'dense1/kernel': '_ one',
      'dense1/bias': 'two',
      'dense2/kernel': 'one h2',
      'dense2/bias': 'h2',
      'dense3/kernel': 'h2 logits',
      'dense3/bias': 'logits',
    });
    await expect(activationMatch(wrong, a, b, { forward, inputs: x })).rejects.toThrow(
      /group 'logits' of the spec has no counterpart in the forward function: nothing/,
    );
    const tied = permutationSpec({ k1: '_ h', k2: '_ h', out: 'h _', other: 'h _' });
    const params = randomParams({ k1: [3, 4], k2: [3, 4], out: [4, 2], other: [4, 2] }, 1);
    const two = (p: Params, input: tf.Tensor) =>
      tf.add(
        tf.matMul(tf.relu(tf.matMul(input, p.k1)), p.out),
        tf.matMul(tf.relu(tf.matMul(input, p.k2)), p.other),
      );
    await expect(
      activationMatch(tied, params, params, { forward: two, inputs: tf.ones([2, 3]) }),
    ).rejects.toThrow(/group 'h' .* moves its positions by 'k1' and 'k2', none of which/);
  });
});
