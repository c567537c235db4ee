import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { graphModelNetwork, layersModelNetwork, type Params, valueAndGradients } from 'perm-lmc';
import { onnxForward, onnxParams } from 'perm-lmc/onnx';
import { describe, expect, it } from 'vitest';
import { loadGraph, operation, placeholder } from '../models/graphModels';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';
import { type ExportKind, onnxFixture } from '../support/onnx/onnxFixtures';
import { randomTensor } from '../support/randomTensor';

await useBackend('wasm');

/** The outputs of a network as one scalar, with random weights. */
function weighted(outputs: unknown): tf.Scalar {
  const list =
    outputs instanceof tf.Tensor ? [outputs] : Object.values(outputs as tf.NamedTensorMap);
  return tf.addN(list.map((y) => tf.sum(tf.mul(y, randomTensor(y.shape, 9))))) as tf.Scalar;
}

/**
 * The gradients predict the change of the loss along a random direction, and nothing is leaked.
 *
 * @param step - The greatest change of a value.
 */
async function expectSlope(loss: (params: Params) => tf.Scalar, params: Params, step = 1e-4) {
  const floats = Object.keys(params).filter((name) => params[name].dtype === 'float32');
  const found = await expectNoLeak(() => valueAndGradients(loss, params), floats.length + 1);
  if (found instanceof Error) throw found;
  const { gradients } = found;
  const along = (sign: number) =>
    tf.tidy(() => {
      const moved = floats.map((name, i) => {
        const direction = randomTensor(params[name].shape, i + 3);
        return [name, tf.add(params[name], tf.mul(direction, sign * step))];
      });
      return loss({ ...params, ...Object.fromEntries(moved) });
    });
  const slope = tf.addN(
    floats.map((name, i) =>
      tf.sum(tf.mul(gradients[name], randomTensor(params[name].shape, i + 3))),
    ),
  );
  const [expected] = await slope.data();
  const [after, before] = [(await along(1).data())[0], (await along(-1).data())[0]];
  const rounding = 2e-6 * (1 + Math.abs(after));
  const difference = Math.abs((after - before) / (2 * step) - expected);
  expect(difference).toBeLessThan(0.02 * Math.abs(expected) + rounding / step);
}

const fixtures: [string, ExportKind][] = [
  ['lenet', 'whole'],
  ['resnet', 'whole'],
  ['mobilenet', 'whole'],
  ['convnext', 'fold'],
  ['pooling', 'whole'],
  ['upsampling', 'whole'],
  ['conv3d', 'whole'],
  ['gru', 'fold'],
  ['lstm', 'whole'],
  ['bert', 'dynamo'],
  ['vit', 'whole'],
  ['gptgqa', 'fold'],
  ['swin', 'whole'],
];

describe('the gradients on wasm predict the loss', () => {
  it.each(fixtures)('of the ONNX graph %s, %s', async (name, kind) => {
    const { files, inputs } = onnxFixture(name, kind);
    const [{ bytes, externalData }] = files;
    const forward = onnxForward<tf.Tensor | tf.NamedTensorMap>(bytes, { externalData });
    const x = inputs.length === 1 ? inputs[0] : [...inputs];
    const params = onnxParams(bytes, { externalData });
    await expectSlope((own) => tf.tidy(() => weighted(forward(own, x))), params);
    tf.dispose([params, [...inputs]]);
  });

  it('of a LayersModel', async () => {
    const { layers } = tfl;
    const seeded = (seed: number) => tfl.initializers.glorotNormal({ seed });
    const model = tfl.sequential({
      layers: [
        layers.conv2d({
          filters: 4,
          kernelSize: 3,
          strides: 2,
          inputShape: [8, 8, 2],
          kernelInitializer: seeded(1),
        }),
        layers.batchNormalization(),
        layers.activation({ activation: 'elu' }),
        layers.depthwiseConv2d({ kernelSize: 2, depthwiseInitializer: seeded(2) }),
        layers.flatten(),
        layers.dense({ units: 3, activation: 'softmax', kernelInitializer: seeded(3) }),
      ],
    });
    const { forward, params } = await layersModelNetwork(model);
    const x = randomTensor([4, 8, 8, 2], 5);
    const one = (own: Params) => tf.tidy(() => weighted(forward(own, x)));
    await expectSlope(one, params);
    tf.dispose(params);
    model.dispose();
  });

  it('of a LayersModel with recurrent layers and an embedding', async () => {
    const { layers } = tfl;
    const model = tfl.sequential({
      layers: [
        layers.embedding({ inputDim: 7, outputDim: 4, inputLength: 5 }),
        layers.lstm({ units: 3, returnSequences: true, recurrentInitializer: 'glorotNormal' }),
        layers.gru({ units: 3, recurrentInitializer: 'glorotNormal' }),
        layers.dense({ units: 2 }),
      ],
    });
    const tokens = tf.tensor2d([
      [1, 2, 0, 6, 1],
      [3, 3, 5, 4, 2],
    ]);
    const { forward, params } = await layersModelNetwork(model, { input: tokens });
    await expectSlope((own) => tf.tidy(() => weighted(forward(own, tokens))), params);
    tf.dispose(params);
    model.dispose();
  });

  it('of a GraphModel', async () => {
    const graph = await loadGraph(
      [
        placeholder('x', [-1, 3]),
        operation('MatMul', 'h', ['x', 'w1']),
        operation('Tanh', 'a', ['h']),
        operation('MatMul', 'y', ['a', 'w2']),
      ],
      { w1: randomTensor([3, 4], 1), w2: randomTensor([4, 2], 2) },
    );
    const { forward, params } = await graphModelNetwork(graph);
    const x = randomTensor([5, 3], 3);
    await expectSlope((own) => tf.tidy(() => weighted(forward(own, x))), params);
    tf.dispose(params);
  });
});
