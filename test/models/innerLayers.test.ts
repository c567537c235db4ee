import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { permute, randomPermutations, weightMatch } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { layersModelNetwork, layersModelSpec } from '../../src/models';
import { useBackend } from '../support/backend';
import { expectNoLeak, greatestDifference } from '../support/invariants';
import { groupList } from './groupList';

await useBackend('cpu');

const dense = (units: number, activation?: 'relu' | 'softmax') =>
  tfl.layers.dense({ units, ...(activation && { activation }) });

/** 4 → 6 → 5 → 3, the last layer named. */
const sequential = () =>
  tfl.sequential({
    layers: [
      tfl.layers.dense({ units: 6, activation: 'relu', inputShape: [4] }),
      dense(5, 'relu'),
      tfl.layers.dense({ units: 3, activation: 'softmax', name: 'classes' }),
    ],
  });

const x = tf.randomNormal([3, 4], 0, 1, 'float32', 9);

describe('layersModelNetwork between inner layers', () => {
  it('computes what the whole model computes when it ends and begins at its own ends', async () => {
    const model = sequential();
    const { params, forward } = await layersModelNetwork(model, { outputs: ['classes'] });
    const inner = await expectNoLeak(() => forward(params, x), 1);
    if (inner instanceof Error) throw inner;
    expect(await greatestDifference(inner, model.predict(x) as tf.Tensor)).toBe(0);
    const named = forward(params, { [model.inputs[0].name]: x });
    expect(await greatestDifference(named, model.predict(x) as tf.Tensor)).toBe(0);
  });

  it('ends where it is told to: the units there are fixed', async () => {
    const spec = await layersModelSpec(sequential(), { outputs: ['dense_2'] });
    expect(groupList(spec)).toEqual(['6']);
  });

  it('begins where it is told to, and a planted permutation is recovered', async () => {
    const model = sequential();
    const input = { dense_1: tf.randomNormal([3, 6], 0, 1, 'float32', 2) };
    const { params, forward, spec } = await layersModelNetwork(model, { input });
    expect(groupList(spec)).toEqual(['5']);
    const planted = randomPermutations(spec, params, { seed: 3 });
    const moved = permute(spec, params, planted);
    expect(await greatestDifference(forward(params, input), forward(moved, input))).toBeLessThan(
      1e-6,
    );
    const { permutations } = await weightMatch(spec, moved, params, { seed: 1 });
    expect(permutations).toEqual(planted);
  });

  it('follows branches, masks and layers of several outputs', async () => {
    const ids = tfl.input({ shape: [5], dtype: 'int32', name: 'ids' });
    const embedded = tfl.layers
      .embedding({ inputDim: 7, outputDim: 4, maskZero: true, name: 'embedded' })
      .apply(ids) as tfl.SymbolicTensor;
    const lstm = tfl.layers
      .lstm({ units: 3, returnState: true, recurrentInitializer: 'glorotNormal', name: 'lstm' })
      .apply(embedded);
    const [last, state] = lstm as tfl.SymbolicTensor[];
    const sum = tfl.layers.add({ name: 'sum' }).apply([last, state]) as tfl.SymbolicTensor;
    const model = tfl.model({
      inputs: ids,
      outputs: tfl.layers.dense({ units: 2 }).apply(sum) as tfl.SymbolicTensor,
    });
    const tokens = tf.tensor2d(
      [
        [1, 2, 3, 0, 0],
        [4, 5, 6, 1, 2],
      ],
      [2, 5],
      'int32',
    );
    const { params, forward } = await layersModelNetwork(model, { input: { ids: tokens } });
    expect(
      await greatestDifference(
        forward(params, { ids: tokens }),
        model.predict(tokens) as tf.Tensor,
      ),
    ).toBeLessThan(1e-6);
    const states = await layersModelNetwork<tf.Tensor[]>(model, {
      input: { ids: tokens },
      outputs: ['lstm'],
    });
    expect(states.forward(states.params, { ids: tokens }).map(({ shape }) => shape)).toEqual([
      [2, 3],
      [2, 3],
      [2, 3],
    ]);
    await expect(layersModelSpec(model, { input: { lstm: tokens } })).rejects.toThrow(
      /'lstm', a layer of 3 outputs/,
    );
  });

  it('refuses names that are no layer, or a layer that is called twice', async () => {
    const model = sequential();
    await expect(layersModelSpec(model, { outputs: ['dense_9'] })).rejects.toThrow(
      /outputs has 'dense_9', which is not a layer of the model\. The nearest names are 'dense_[12]', 'dense_[12]'/,
    );
    await expect(layersModelSpec(model, { outputs: [] })).rejects.toThrow(/names no layer/);
    await expect(
      layersModelSpec(model, { input: { classes: x }, outputs: ['dense_2'] }),
    ).rejects.toThrow(
      /depend on the model's input 'dense_Dense\d+_input', which input does not give/,
    );
    const shared = tfl.layers.dense({ units: 4, name: 'shared' });
    const start = tfl.input({ shape: [4] });
    const twice = tfl.model({
      inputs: start,
      outputs: shared.apply(shared.apply(start)) as tfl.SymbolicTensor,
    });
    await expect(layersModelSpec(twice, { outputs: ['shared'] })).rejects.toThrow(
      /'shared', a layer that the model calls 2 times/,
    );
  });
});
