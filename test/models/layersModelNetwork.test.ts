import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { formatSpec, InvalidInputError, permute, randomPermutations } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import {
  layersModelNetwork,
  layersModelParams,
  layersModelSpec,
  setLayersModelParams,
} from '../../src/models';
import { useBackend } from '../support/backend';
import { expectNoLeak, expectSameParams, greatestDifference } from '../support/invariants';
import { groupList } from './groupList';
import { modelCases, randomInputs, randomValues, ThrowingLayer } from './layersModels';

await useBackend('cpu');

const { layers } = tfl;
const listed = (x: tf.Tensor | tf.Tensor[]) => (Array.isArray(x) ? x : [x]);

describe.each(modelCases)('$name', (modelCase) => {
  it('has these groups, and computes the same when all are permuted at random', async () => {
    const model = modelCase.build();
    const own = layersModelParams(model);
    const random = randomValues(own, 1);
    setLayersModelParams(model, random);
    const weights = Object.keys(own).length;
    const network = await expectNoLeak(
      () => layersModelNetwork<tf.Tensor | tf.Tensor[]>(model),
      weights,
    );
    if (network instanceof Error) throw network;
    const { params, forward, spec } = network;
    expect(groupList(spec)).toEqual(modelCase.groups);
    expect(Object.keys(spec.params)).toEqual(modelCase.params);
    expect(spec.derivation?.warnings).toEqual([]);
    await expectSameParams(params, random);

    const permuted = permute(spec, params, randomPermutations(spec, params, { seed: 2 }));
    const inputs = randomInputs(modelCase, 3);
    const x = inputs.length === 1 ? inputs[0] : inputs;
    const before = listed(forward(params, x));
    for (const [i, after] of listed(forward(permuted, x)).entries())
      expect(await greatestDifference(after, before[i])).toBeLessThan(1e-4);
  });
});

describe('layersModelSpec', () => {
  const convolutional = () =>
    tfl.sequential({
      layers: [
        layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', inputShape: [6, 6, 1] }),
        layers.flatten(),
        layers.dense({ units: 5, activation: 'relu', name: 'hidden' }),
        layers.dense({ units: 2, name: 'head' }),
      ],
    });

  it('is the spec of the network, written in patterns, the same for every instance', async () => {
    const spec = await expectNoLeakFrom(convolutional(), layersModelSpec);
    expect(formatSpec(spec).replace(/ +/g, ' ')).toContain('hidden/kernel >(16 conv2d_1) hidden>');
    expect(await layersModelSpec(convolutional())).toEqual(spec);
  });

  async function expectNoLeakFrom<T>(
    model: tfl.LayersModel,
    work: (m: tfl.LayersModel) => Promise<T>,
  ) {
    const result = await expectNoLeak(() => work(model));
    if (result instanceof Error) throw result;
    return result;
  }

  it('takes an input of the user', async () => {
    const x = tf.randomNormal([3, 6, 6, 1]);
    expect(groupList(await layersModelSpec(convolutional(), { input: x }))).toEqual(['4', '5']);
    expect(x.isDisposed).toBe(false);
  });

  it('asks for a shape where the one assumed does not do', async () => {
    const model = tfl.sequential({
      layers: [
        layers.conv2d({ filters: 4, kernelSize: 1, inputShape: [null, null, 1] }),
        layers.reshape({ targetShape: [9, 4] }),
        layers.globalAveragePooling1d({}),
        layers.dense({ units: 2 }),
      ],
    });
    const error = (await expectNoLeak(() => layersModelSpec(model))) as Error;
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(error.message).toMatch(
      /^layersModelSpec: .*shape \[2,32,32,1\] failed: Total size.*\. If .* pass inputShape/,
    );
    expect(error.cause).toBeInstanceOf(Error);
    expect(groupList(await layersModelSpec(model, { inputShape: [3, 3, 1] }))).toEqual(['4']);
  });

  it('blames the input that was given', async () => {
    const [model, input] = [convolutional(), tf.ones([1, 5, 6, 1])];
    const error = await expectNoLeak(() => layersModelSpec(model, { input }));
    expect(String(error)).toMatch(
      /layersModelSpec: the model on input failed: .*\[null,6,6,1\].*If .* pass a batch/,
    );
  });

  it('says first why a backend cannot run the model', async () => {
    class Unknown extends tfl.layers.Layer {
      static className = 'Unknown';
      override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
        const [x] = Array.isArray(inputs) ? inputs : [inputs];
        return tf.engine().runKernel('NoSuchKernel', { x }) as tf.Tensor;
      }
    }
    const model = tfl.sequential({
      layers: [layers.dense({ units: 3, inputShape: [2] }), new Unknown({})],
    });
    await expect(layersModelSpec(model)).rejects.toThrow(
      /^layersModelSpec: .* failed: Kernel 'NoSuchKernel' not registered for backend 'cpu'\. If/,
    );
  });

  it('leaves a model whose layer throws as it was', async () => {
    const throwing = new ThrowingLayer({});
    const model = tfl.sequential({
      layers: [layers.dense({ units: 3, inputShape: [2] }), throwing],
    });
    throwing.armed = true;
    const error = (await expectNoLeak(() => layersModelNetwork(model))) as Error;
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(error.cause).toBeInstanceOf(RangeError);
    for (const weight of model.weights) expect(Object.hasOwn(weight, 'read')).toBe(false);
  });

  it('rejects what is no model', async () => {
    await expect(layersModelSpec(null as never)).rejects.toThrow(
      /layersModelSpec: model must be a tf/,
    );
    await expect(layersModelNetwork(tfl.sequential())).rejects.toThrow(
      /layersModelNetwork: .*layers/,
    );
  });
});
