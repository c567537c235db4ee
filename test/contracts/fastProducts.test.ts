import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {
  activationMatch,
  classificationEvaluator,
  graphModelNetwork,
  layersModelNetwork,
  type Params,
  permutationSpec,
  regressionEvaluator,
  repair,
  straightThroughMatch,
  traceSpec,
  valueAndGradients,
  verifySpec,
  weightMatch,
} from 'perm-lmc';
import { onnxNetwork } from 'perm-lmc/onnx';
import { afterEach, expect, it, vi } from 'vitest';
import { loadGraph, operation, placeholder } from '../models/graphModels';
import { useBackend } from '../support/backend';
import { mlpModel } from '../support/onnx/mlpModel';
import { randomTensor } from '../support/randomTensor';

await useBackend('wasm');

afterEach(() => vi.restoreAllMocks());

/** The layouts of PyTorch: [outputs, inputs]. */
const shapes = {
  'fc1.weight': [40, 50],
  'fc1.bias': [40],
  'fc2.weight': [40, 40],
  'fc2.bias': [40],
} as const;
const names = ['fc1', 'fc2'];
const spec = permutationSpec({
  'fc1.weight': 'h _',
  'fc1.bias': 'h',
  'fc2.weight': '_ h',
  'fc2.bias': '_',
});
const network = (seed: number): Params =>
  Object.fromEntries(
    Object.entries(shapes).map(([name, shape], i) => [name, randomTensor(shape, seed + i)]),
  );
const [a, b] = [network(1), network(11)];
const x = randomTensor([60, 50], 21);
const y = tf.tensor1d(
  Array.from({ length: 60 }, (_, i) => i % 40),
  'int32',
);

/** A network as one writes it for weights in PyTorch's layout. */
function forward(params: Params, input: tf.Tensor): tf.Tensor {
  const [w1, w2] = [params['fc1.weight'], params['fc2.weight']] as tf.Tensor2D[];
  const h = tf.relu(tf.add(tf.matMul(input as tf.Tensor2D, w1, false, true), params['fc1.bias']));
  const bias = params['fc2.bias'];
  return tf.fused.matMul({ a: h as tf.Tensor2D, b: w2, transposeB: true, bias });
}

const loss = (params: Params) => tf.mean(tf.square(forward(params, x))) as tf.Scalar;

/** A model of dense layers on sequences, and a recurrent one. */
function sequenceModel(): tfl.LayersModel {
  return tfl.sequential({
    layers: [
      tfl.layers.dense({ units: 40, activation: 'relu', inputShape: [5, 50] }),
      tfl.layers.gru({ units: 30, recurrentInitializer: 'glorotUniform' }),
      tfl.layers.dense({ units: 40 }),
    ],
  });
}

function transposingGraph() {
  return loadGraph(
    [
      placeholder('x', [-1, 50]),
      operation('MatMul', 'h', ['x', 'w1'], { transpose_b: { b: true } }),
      operation('Relu', 'relu', ['h']),
      operation('MatMul', 'y', ['relu', 'w2'], { transpose_b: { b: true } }),
    ],
    { w1: randomTensor([40, 50], 1), w2: randomTensor([40, 40], 2) },
  );
}

const batches = { x, y };
const dense = (input: tf.Tensor, weight: tf.Tensor) =>
  tf.matMul(input as tf.Tensor2D, weight as tf.Tensor2D, false, true);

/** All that the library runs of a user's network. */
const ways: Record<string, () => unknown> = {
  traceSpec: () => traceSpec(forward, a, x),
  verifySpec: () => verifySpec(spec, forward, a, x),
  classificationEvaluator: () => classificationEvaluator(forward, batches)(a),
  'classificationEvaluator, split': () =>
    classificationEvaluator(
      {
        linear: (params, input) => dense(input, params['fc1.weight']),
        rest: (params, h) => dense(tf.relu(h), params['fc2.weight']),
      },
      batches,
    )(a),
  regressionEvaluator: () => regressionEvaluator(forward, { x, y: tf.zeros([60, 40]) })(a),
  valueAndGradients: () => valueAndGradients(loss, a),
  'activationMatch, traced': () => activationMatch(spec, a, b, { forward, inputs: x }),
  'activationMatch, given': () =>
    activationMatch(spec, a, b, {
      activations: (params, input) => ({ h: dense(input as tf.Tensor, params['fc1.weight']) }),
      inputs: x,
    }),
  repair: () => repair(a, [a, b], { forward, inputs: x }),
  straightThroughMatch: () =>
    straightThroughMatch(spec, a, b, { forward, data: batches, steps: 2 }),
  'weightMatch on the backend': () => weightMatch(spec, a, b, { engine: 'backend' }),
  'layersModelNetwork and its forward': async () => {
    const network = await layersModelNetwork<tf.Tensor>(sequenceModel());
    return network.forward(network.params, randomTensor([60, 5, 50], 5));
  },
  'graphModelNetwork and its forward': async () => {
    const network = await graphModelNetwork<tf.Tensor>(await transposingGraph());
    return network.forward(network.params, x);
  },
  'onnxNetwork and its forward': async () => {
    const network = await onnxNetwork(await mlpModel(a, names));
    return network.forward(network.params, x);
  },
};

it.each(Object.keys(ways))('%s runs no product on wasm that transposes', async (way) => {
  const seen = watchedProducts();
  await ways[way]();
  expect(seen.length).toBeGreaterThan(0);
  expect(seen.filter(({ m, transposes }) => transposes && m >= LEAST)).toEqual([]);
});

it('the forward pass itself runs products that transpose', () => {
  const seen = watchedProducts();
  forward(a, x);
  expect(seen.filter(({ m, transposes }) => transposes && m >= LEAST)).toHaveLength(2);
});

it('a fused product that transposes is evaluated as on the cpu', async () => {
  const run = async () => {
    const [params, input] = [network(1), randomTensor([60, 50], 21)];
    const target = tf.zeros([60, 40]);
    return (await regressionEvaluator(forward, { x: input, y: target })(params)).loss;
  };
  const onWasm = await run();
  await useBackend('cpu');
  const onCpu = await run();
  await useBackend('wasm');
  expect(Math.abs(onWasm - onCpu)).toBeLessThan(1e-5 * onCpu);
});

/** Products of fewer rows are faster as they are. */
const LEAST = 20;

/** The products that the kernels of wasm compute, in a list that grows. */
function watchedProducts(): { m: number; transposes: boolean }[] {
  const seen: { m: number; transposes: boolean }[] = [];
  for (const name of ['BatchMatMul', '_FusedMatMul']) {
    const kernel = tf.getKernel(name, 'wasm');
    const { kernelFunc } = kernel;
    vi.spyOn(kernel, 'kernelFunc').mockImplementation((given) => {
      const { transposeA, transposeB } = given.attrs as Record<string, boolean>;
      const m = given.inputs.a!.shape.at(transposeA ? -1 : -2)!;
      seen.push({ m, transposes: transposeA || transposeB });
      return kernelFunc(given);
    });
  }
  return seen;
}
