import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {
  barrier,
  classificationEvaluator,
  type Evaluate,
  type EvaluatorOptions,
  type ForwardFn,
  graphModelNetwork,
  graphModelParams,
  layersModelNetwork,
  layersModelParams,
  lossPlane,
  type NetworkInput,
  type Params,
  regressionEvaluator,
  simplexBarrier,
} from 'perm-lmc';
import { onnxNetwork } from 'perm-lmc/onnx';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadGraph, operation, placeholder } from '../models/graphModels';
import { useBackend } from '../support/backend';
import { countKernels } from '../support/countKernels';
import { expectNoLeak } from '../support/invariants';
import { modelBytes } from '../support/onnx/modelBytes';
import { randomTensor } from '../support/randomTensor';

await useBackend('cpu');

const SAMPLES = 11; // batches of 5, 5 and 1
const BATCHES = 3;
const POINTS = 5;
const IN = 32; // the fewest multiplications for a value of an output that is shared
const labels = tf.tensor1d(
  Array.from({ length: SAMPLES }, (_, i) => i % 3),
  'int32',
);

const product = (x: tf.Tensor, w: tf.Tensor) => tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D);
/** The second layer of all networks here: [·, 8] to the classes. */
const head = (p: Params, h: tf.Tensor) => tf.add(product(h, p.v), p.c);
const fused = (x: tf.Tensor, w: tf.Tensor, bias: tf.Tensor, activation: tf.fused.Activation) =>
  tf.fused.matMul({ a: x as tf.Tensor2D, b: w as tf.Tensor2D, bias, activation });

/** A network on inputs [SAMPLES, …shape], with more parameters beside those of {@link head}. */
interface Case {
  readonly forward: ForwardFn;
  readonly shapes?: Readonly<Record<string, number[]>>;
  readonly input?: readonly number[];
}

const dense = { w: [IN, 8], b: [8] };
const image = { shapes: { w: [5, 5, 3, 8], b: [8] }, input: [7, 6, 3] };
const mean = (h: tf.Tensor) => tf.mean(h, [1, 2]);
const asImage = (x: tf.Tensor) => x as tf.Tensor4D;
const constant = randomTensor([IN], 77);
const mask = tf.relu(tf.sign(randomTensor([IN, 8], 78)));

const shared: Record<string, Case> = {
  'a dense layer, a bias and a relu': {
    forward: (p, x) => head(p, tf.relu(tf.add(product(x, p.w), p.b))),
  },
  ...Object.fromEntries(
    (['linear', 'relu', 'relu6', 'elu', 'sigmoid'] as const).map((name) => [
      `a fused layer with ${name}`,
      { forward: (p: Params, x: tf.Tensor) => head(p, fused(x, p.w, p.b, name)) },
    ]),
  ),
  'a fused layer with prelu': {
    forward: (p, x) =>
      head(
        p,
        tf.fused.matMul({
          ...{ a: x as tf.Tensor2D, b: p.w as tf.Tensor2D, bias: p.b, activation: 'prelu' },
          preluActivationWeights: p.slopes,
        }),
      ),
    shapes: { ...dense, slopes: [8] },
  },
  'a fused layer with leakyrelu': {
    forward: (p, x) =>
      head(
        p,
        tf.fused.matMul({
          ...{ a: x as tf.Tensor2D, b: p.w as tf.Tensor2D, activation: 'leakyrelu' },
          leakyreluAlpha: 0.3,
        }),
      ),
  },
  'a kernel that the product transposes': {
    forward: (p, x) =>
      head(p, tf.relu(tf.matMul(x as tf.Tensor2D, p.w as tf.Tensor2D, false, true))),
    shapes: { w: [8, IN] },
  },
  'a kernel that is transposed before': {
    forward: (p, x) => head(p, tf.relu(product(x, tf.transpose(p.w)))),
    shapes: { w: [8, IN] },
  },
  'a kernel on the left, and samples in columns': {
    forward: (p, x) => head(p, tf.transpose(tf.relu(product(p.w, tf.transpose(x))))),
    shapes: { w: [8, IN] },
  },
  'a masked kernel that is made in a tidy of its own': {
    forward: (p, x) =>
      head(
        p,
        tf.relu(
          product(
            x,
            tf.tidy(() => tf.mul(tf.mul(p.w, mask), tf.scalar(2))),
          ),
        ),
      ),
  },
  'kernels that are joined': {
    forward: (p, x) =>
      head(p, tf.relu(product(x, tf.concat([p.w1, tf.reshape(p.w2, [IN, 3])], 1)))),
    shapes: { w1: [IN, 5], w2: [3 * IN] },
  },
  'inputs that are scaled and centred': {
    forward: (p, x) => head(p, tf.relu(product(tf.sub(tf.div(x, 2), constant), p.w))),
  },
  'inputs that are flattened': {
    forward: (p, x) => head(p, tf.relu(product(tf.reshape(x, [-1, IN]), p.w))),
    input: [4, 4, 2],
  },
  'inputs that later layers read as well': {
    forward: (p, x) => tf.add(head(p, tf.relu(product(x, p.w))), tf.slice(x, [0, 0], [-1, 3])),
  },
  'a kernel that the last layer uses again': {
    forward: (p, x) => {
      const decoded = product(tf.relu(product(x, p.w)), tf.transpose(p.w));
      return tf.slice(decoded, [0, 0], [-1, 3]);
    },
  },
  'a convolution': {
    forward: (p, x) =>
      head(p, mean(tf.relu(tf.add(tf.conv2d(asImage(x), p.w as tf.Tensor4D, 1, 'same'), p.b)))),
    ...image,
  },
  'a fused convolution': {
    forward: (p, x) =>
      head(
        p,
        mean(
          tf.fused.conv2d({
            ...{ x: asImage(x), filter: p.w as tf.Tensor4D, bias: p.b, activation: 'relu' },
            ...{ strides: 2, pad: 'valid' },
          }),
        ),
      ),
    ...image,
  },
  'a depthwise convolution': {
    forward: (p, x) =>
      head(p, mean(tf.relu(tf.depthwiseConv2d(asImage(x), p.w as tf.Tensor4D, 1, 'valid')))),
    shapes: { w: [6, 6, 2, 4] },
    input: [7, 7, 2],
  },
};

const notShared: Record<string, Case> = {
  'a kernel of normalised columns': {
    forward: (p, x) =>
      head(p, tf.relu(product(x, tf.mul(tf.div(p.w, tf.norm(p.w, 2, 0)), p.scale)))),
    shapes: { ...dense, scale: [8] },
  },
  'a kernel times another parameter': {
    forward: (p, x) => head(p, tf.relu(product(x, tf.mul(p.w, p.scale)))),
    shapes: { ...dense, scale: [8] },
  },
  'a kernel plus a product of parameters': {
    forward: (p, x) => head(p, tf.relu(product(x, tf.add(p.w, product(p.down, p.up))))),
    shapes: { ...dense, down: [IN, 2], up: [2, 8] },
  },
  'a kernel plus a constant': {
    forward: (p, x) => head(p, tf.relu(product(x, tf.add(p.w, mask)))),
  },
  'inputs that a parameter scales': {
    forward: (p, x) => head(p, tf.relu(product(tf.mul(x, p.scale), p.w))),
    shapes: { ...dense, scale: [IN] },
  },
  'inputs that a kernel without a known rule prepares': {
    forward: (p, x) => head(p, tf.relu(product(tf.erf(x), p.w))),
  },
  'a layer that is cheaper than a mixture': {
    forward: (p, x) => head(p, tf.relu(product(tf.slice(x, [0, 0], [-1, 31]), p.w))),
    shapes: { w: [31, 8] },
  },
};

function paramsOf({ shapes = dense }: Case, seed: number): Params {
  const all = Object.entries({ ...shapes, v: [8, 3], c: [3] });
  return Object.fromEntries(
    all.map(([name, shape], i) => [name, randomTensor(shape, 100 * seed + i, 0.3)]),
  );
}

const inputOf = ({ input = [IN] }: Case) => randomTensor([SAMPLES, ...input], 5);

const KERNELS = ['BatchMatMul', '_FusedMatMul', 'Conv2D', 'FusedConv2D', 'DepthwiseConv2dNative'];
/** True for a product in the first layer; the second has 8 rows and 3 columns. */
const isFirst = (inputs: Readonly<Record<string, tf.TensorInfo>>) =>
  !inputs.b || String(inputs.b.shape.slice(-2)) !== '8,3';

async function succeeds<T>(work: () => Promise<T>): Promise<T> {
  const result = await expectNoLeak(work);
  if (result instanceof Error) throw result;
  return result;
}

/** The curve of a barrier by default and with nothing shared, and the numbers of runs of the first layer. */
async function compared<Input extends NetworkInput>(
  [a, b]: readonly [Params, Params],
  forward: () => ForwardFn<Input>,
  x: Input,
  options: EvaluatorOptions = {},
) {
  const measure = async (sharedMemory?: number) => {
    const own = { batchSize: 5, ...(sharedMemory !== undefined && { sharedMemory }) };
    const evaluate = classificationEvaluator(forward(), { x, y: labels }, own);
    return countKernels(KERNELS, isFirst, () =>
      succeeds(() => barrier(a, b, evaluate, { points: POINTS })),
    );
  };
  const [found, wanted] = [await measure(options.sharedMemory), await measure(0)];
  expectClose(found.result.loss.values, wanted.result.loss.values);
  expect(found.result.error.values).toEqual(wanted.result.error.values);
  const ends = [found, wanted].map(({ result }) => [
    result.loss.values[0],
    result.loss.values.at(-1),
  ]);
  expect(ends[0]).toEqual(ends[1]); // They are no mixtures.
  return { found, wanted };
}

function expectClose(found: readonly number[], wanted: readonly number[]): void {
  expect(found).toHaveLength(wanted.length);
  for (const [i, value] of found.entries()) expect(Math.abs(value - wanted[i])).toBeLessThan(1e-5);
}

describe.each(['cpu', 'wasm'] as const)('on %s, the points of a barrier', (backend) => {
  beforeAll(() => useBackend(backend));

  it.each(Object.entries(shared))('share the outputs of %s', async (_, network) => {
    const pair = [paramsOf(network, 1), paramsOf(network, 2)] as const;
    const { found, wanted } = await compared(pair, () => network.forward, inputOf(network));
    expect(wanted.runs - found.runs).toBe((POINTS - 2) * BATCHES);
  });

  it.each(Object.entries(notShared))('do not share %s', async (_, network) => {
    const pair = [paramsOf(network, 1), paramsOf(network, 2)] as const;
    const { found, wanted } = await compared(pair, () => network.forward, inputOf(network));
    expect(found.result).toEqual(wanted.result);
    expect(found.runs).toBe(wanted.runs);
  });

  it('share an embedding of integers', async () => {
    const ids = tf.tensor2d(
      Array.from({ length: SAMPLES * 4 }, (_, i) => (i * 7) % 10),
      [SAMPLES, 4],
      'int32',
    );
    const forward: ForwardFn = (p, x) =>
      head(p, tf.mean(tf.relu(tf.gather(p.w, tf.cast(x, 'int32'))), 1));
    const network = { forward, shapes: { w: [10, 8] } };
    const pair = [paramsOf(network, 1), paramsOf(network, 2)] as const;
    const gathers = async (sharedMemory: number) => {
      const options = { batchSize: 5, sharedMemory };
      const evaluate = classificationEvaluator(forward, { x: ids, y: labels }, options);
      return countKernels(
        ['GatherV2'],
        () => true,
        () => succeeds(() => barrier(...pair, evaluate, { points: POINTS })),
      );
    };
    const [found, wanted] = [await gathers(1e6), await gathers(0)];
    expectClose(found.result.loss.values, wanted.result.loss.values);
    expect([found.runs, wanted.runs]).toEqual([2 * BATCHES, POINTS * BATCHES]);
  });
});

describe('the points of a barrier', () => {
  beforeAll(() => useBackend('cpu'));
  const plain = shared['a dense layer, a bias and a relu'];
  const pair = [paramsOf(plain, 1), paramsOf(plain, 2)] as const;
  const x = inputOf(plain);

  it('share the first layers of several inputs, also if they are the same layer', async () => {
    const forward: ForwardFn<tf.Tensor[]> = (p, [one, two]) =>
      head(p, tf.add(tf.relu(product(one, p.w)), tf.relu(product(two, p.w))));
    const { found, wanted } = await compared(pair, () => forward, [
      x,
      randomTensor([SAMPLES, IN], 6),
    ]);
    expect([found.runs, wanted.runs]).toEqual([4 * BATCHES, 2 * POINTS * BATCHES]);
    const twice: ForwardFn = (p, own) => forward(p, [own, own]);
    const same = await compared(pair, () => twice, x);
    expect(same.found.runs).toBe(2 * BATCHES);
  });

  it('share as much as sharedMemory allows: here two batches of 5 and 1 samples', async () => {
    const network = 2; // networks
    const bytes = 4 * 8 * network;
    const { found } = await compared(pair, () => plain.forward, x, { sharedMemory: 6 * bytes });
    expect(found.runs).toBe(2 + POINTS + 2);
  });

  it('share nothing where they are given other params', async () => {
    const evaluators = [2 ** 28, 0].map((sharedMemory) =>
      classificationEvaluator(plain.forward, { x, y: labels }, { sharedMemory }),
    );
    const doubled =
      (evaluate: Evaluate): Evaluate =>
      async (params, point) => {
        const w = tf.mul(params.w, 2);
        try {
          return await evaluate({ ...params, w }, point);
        } finally {
          w.dispose();
        }
      };
    const [found, wanted] = [
      await succeeds(() => barrier(...pair, doubled(evaluators[0]))),
      await succeeds(() => barrier(...pair, doubled(evaluators[1]))),
    ];
    expect(found).toEqual(wanted);
  });

  it('share a layer of params some of which were replaced', async () => {
    const evaluate = classificationEvaluator(plain.forward, { x, y: labels });
    const other = randomTensor([3], 9);
    const { result, runs } = await countKernels(KERNELS, isFirst, () =>
      succeeds(() => barrier(...pair, (p, point) => evaluate({ ...p, c: other }, point))),
    );
    const wanted = await barrier(...pair, (p) => evaluate({ ...p, c: other }));
    expectClose(result.loss.values as number[], wanted.loss.values as number[]);
    expect(runs).toBe(2);
  });

  it('measure an integer of the first network as it is', async () => {
    const forward: ForwardFn = (p, own) =>
      head(p, tf.relu(product(own, tf.mul(p.w, tf.cast(p.count, 'float32')))));
    const counted = (params: Params, count: number) => ({
      ...params,
      count: tf.scalar(count, 'int32'),
    });
    const { found } = await compared([counted(pair[0], 1), counted(pair[1], 3)], () => forward, x);
    expect(found.runs).toBe(2 * BATCHES);
  });

  it.each<[string, () => ForwardFn]>([
    [
      'drops units at random',
      () => {
        let seed = 0;
        return (p, own) => head(p, tf.relu(product(tf.dropout(own, 0.5, undefined, ++seed), p.w)));
      },
    ],
    [
      'scales its inputs by a number of its own',
      () => {
        let calls = 0;
        return (p, own) =>
          head(p, tf.relu(product(tf.mul(own, tf.scalar(1 + 0.01 * calls++)), p.w)));
      },
    ],
    [
      'keeps a state in a tensor',
      () => {
        let state: tf.Tensor = tf.scalar(1);
        states.push(state);
        return (p, own) => {
          state = tf.keep(tf.add(state, 0.01));
          states.push(state);
          return head(p, tf.relu(product(tf.mul(own, state), p.w)));
        };
      },
    ],
    [
      'takes turns between two functions',
      () => {
        let calls = 0;
        return (p, own) =>
          calls++ % 2 === 0
            ? plain.forward(p, own)
            : head(p, tf.relu(product(tf.reverse(own, 1), p.w)));
      },
    ],
    [
      'decides by a value of a parameter',
      () => (p, own) =>
        p.b.dataSync()[0] > 0.1 ? plain.forward(p, own) : head(p, tf.tanh(product(own, p.w))),
    ],
    [
      'reads a parameter and makes a tensor of it',
      () => (p, own) => {
        const norm = Math.hypot(...p.w.dataSync());
        return head(p, tf.relu(product(own, tf.div(p.w, norm))));
      },
    ],
  ])('measure a forward that %s as it is', async (_, forward) => {
    const evaluate = async (sharedMemory: number) => {
      const own = classificationEvaluator(
        forward(),
        { x, y: labels },
        { batchSize: 5, sharedMemory },
      );
      const curve = await barrier(...pair, own, { points: POINTS });
      tf.dispose(states.splice(0));
      return curve;
    };
    const [found, wanted] = [
      await succeeds(() => evaluate(1e6)),
      await succeeds(() => evaluate(0)),
    ];
    expectClose(found.loss.values, wanted.loss.values);
  });

  it('share on a simplex, on a plane with negative weights, and for numbers', async () => {
    const networks = [...pair, paramsOf(plain, 3)] as const;
    const forward = plain.forward;
    const targets = randomTensor([SAMPLES, 3], 8);
    const measures: [string, number, (sharedMemory: number) => Promise<number[]>][] = [
      [
        'a simplex',
        3,
        async (sharedMemory) => {
          const own = classificationEvaluator(forward, { x, y: labels }, { sharedMemory });
          return (await simplexBarrier([...networks], own)).loss.values as number[];
        },
      ],
      [
        'a plane',
        3,
        async (sharedMemory) => {
          const own = classificationEvaluator(forward, { x, y: labels }, { sharedMemory });
          const { loss } = await lossPlane(...networks, own, { points: 3 });
          return [...loss.networks, ...loss.values.flat()];
        },
      ],
      [
        'numbers',
        2,
        async (sharedMemory) => {
          const own = regressionEvaluator(forward, { x, y: targets }, { sharedMemory });
          return (await barrier(...pair, own)).loss.values;
        },
      ],
    ];
    for (const [, layers, measure] of measures) {
      const found = await countKernels(KERNELS, isFirst, () => succeeds(() => measure(1e6)));
      expectClose(found.result, await measure(0));
      expect(found.runs).toBe(layers);
    }
  });

  it('free what they share where forward throws, and on abort', async () => {
    let calls = 0;
    const failing: ForwardFn = (p, own) => {
      const h = tf.relu(product(own, tf.mul(p.w, mask)));
      if (++calls === 2 * BATCHES + 2) throw new Error('out of memory');
      return head(p, h);
    };
    const data = { x, y: labels };
    const options = { batchSize: 5 };
    const error = await expectNoLeak(() =>
      barrier(...pair, classificationEvaluator(failing, data, options)),
    );
    expect((error as Error).message).toMatch(/evaluate failed at alpha = 0\.\d+: out of memory/);
    const controller = new AbortController();
    const aborted = await expectNoLeak(() =>
      barrier(...pair, classificationEvaluator(plain.forward, data, options), {
        signal: controller.signal,
        onProgress: ({ done }) => done === 2 && controller.abort(),
      }),
    );
    expect((aborted as Error).name).toBe('AbortError');
  });

  it('let forward dispose the output of its first layer', async () => {
    const forward: ForwardFn = (p, own) => {
      const h = product(own, p.w);
      const active = tf.relu(h);
      h.dispose();
      return head(p, active);
    };
    const { found } = await compared(pair, () => forward, x);
    expect(found.runs).toBe(2 * BATCHES);
  });

  it('refuse a sharedMemory that is no number of bytes', () => {
    const bad = [-1, Number.NaN, '1' as unknown as number];
    for (const sharedMemory of bad) {
      for (const make of [classificationEvaluator, regressionEvaluator]) {
        const evaluator = () => make(plain.forward, { x, y: labels }, { sharedMemory });
        expect(evaluator).toThrow(/sharedMemory must be a number of bytes ≥ 0/);
      }
    }
  });
});

const states: tf.Tensor[] = [];

describe('the points of a barrier between models', () => {
  beforeAll(() => useBackend('cpu'));
  const x = randomTensor([SAMPLES, IN], 5);

  it('share the first layer of a LayersModel', async () => {
    const model = tfl.sequential({
      layers: [
        tfl.layers.dense({ units: 8, activation: 'relu', inputShape: [IN] }),
        tfl.layers.dense({ units: 3 }),
      ],
    });
    const { params: a, forward } = await layersModelNetwork(model);
    const b = layersModelParams(model);
    for (const name of Object.keys(b)) b[name] = randomTensor(b[name].shape, name.length);
    const { found, wanted } = await compared([a, b], () => forward as ForwardFn, x);
    expect([found.runs, wanted.runs]).toEqual([2 * BATCHES, POINTS * BATCHES]);
  });

  it('share the first layer of a GraphModel', async () => {
    const make = (seed: number) =>
      loadGraph(
        [
          placeholder('x', [-1, IN]),
          operation('MatMul', 'h', ['x', 'w']),
          operation('BiasAdd', 'hb', ['h', 'b']),
          operation('Relu', 'r', ['hb']),
          operation('MatMul', 'y', ['r', 'v']),
        ],
        {
          w: randomTensor([IN, 8], seed),
          b: randomTensor([8], seed),
          v: randomTensor([8, 3], seed),
        },
      );
    const { params: a, forward } = await graphModelNetwork(await make(1));
    const b = graphModelParams(await make(2));
    const { found, wanted } = await compared([a, b], () => forward as ForwardFn, x);
    expect([found.runs, wanted.runs]).toEqual([2 * BATCHES, POINTS * BATCHES]);
  });

  it.each(['Gemm', 'Conv'])('share the first layer of an ONNX graph with %s', async (op) => {
    const values = (shape: number[], seed: number) => ({
      shape,
      data: Array.from(randomTensor(shape, seed, 0.3).dataSync()),
    });
    const isConvolution = op === 'Conv';
    const bytes = modelBytes({
      nodes: isConvolution
        ? [
            ['Conv', ['x', 'w', 'b'], ['h']],
            ['Relu', ['h'], ['r']],
            ['GlobalAveragePool', ['r'], ['m']],
            ['Flatten', ['m'], ['f']],
            ['MatMul', ['f', 'v'], ['y']],
          ]
        : [
            ['Gemm', ['x', 'w', 'b'], ['h'], { transB: 1 }],
            ['Relu', ['h'], ['f']],
            ['MatMul', ['f', 'v'], ['y']],
          ],
      inputs: { x: { shape: isConvolution ? ['n', 3, 7, 6] : ['n', IN] } },
      initializers: {
        w: values(isConvolution ? [8, 3, 5, 5] : [8, IN], 1),
        b: values([8], 2),
        v: values([8, 3], 3),
      },
      outputs: ['y'],
    });
    const own = isConvolution ? randomTensor([SAMPLES, 3, 7, 6], 5) : x;
    const { params: a, forward } = await onnxNetwork(bytes, { input: own });
    const b = Object.fromEntries(
      Object.entries(a).map(([name, { shape }], i) => [name, randomTensor(shape, 50 + i, 0.3)]),
    );
    const { found, wanted } = await compared([a, b], () => forward as ForwardFn, own);
    expect(wanted.runs - found.runs).toBe((POINTS - 2) * BATCHES);
  });
});
