import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { InvalidInputError, type Params } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { layersModelParams, setLayersModelParams } from '../../src/models';
import { layersModelForward } from '../../src/models/layersModelForward';
import { useBackend } from '../support/backend';
import { expectNoLeak, expectSameParams, greatestDifference } from '../support/invariants';
import { modelCases, randomInputs, randomValues, ThrowingLayer } from './layersModels';

await useBackend('cpu');

const listed = (x: tf.Tensor | tf.Tensor[]) => (Array.isArray(x) ? x : [x]);
const single = (x: tf.Tensor[]) => (x.length === 1 ? x[0] : x);

describe.each(modelCases)('$name', (modelCase) => {
  const { build, params: names } = modelCase;

  it('has the same names in every instance', () => {
    for (let i = 0; i < 2; i++) {
      const model = build();
      const params = layersModelParams(model);
      expect(Object.keys(params)).toEqual(names);
      expect(Object.values(params).map(({ shape }) => shape)).toHaveLength(model.weights.length);
      tf.dispose(params);
      model.dispose();
    }
  });

  it('computes what predict does, of any params, and is left as it was', async () => {
    const model = build();
    const before = layersModelParams(model);
    const params = randomValues(before, 1);
    const forward = layersModelForward<tf.Tensor | tf.Tensor[]>(model);
    const x = randomInputs(modelCase, 2);
    const outputs = listed(
      (await expectNoLeak(
        () => forward(params, single(x)),
        listed(model.outputs as never).length,
      )) as tf.Tensor | tf.Tensor[],
    );
    await expectSameParams(layersModelParams(model), before);
    setLayersModelParams(model, params);
    await expectSameParams(layersModelParams(model), params);
    const expected = listed(model.predict(single(x)) as tf.Tensor | tf.Tensor[]);
    expect(outputs).toHaveLength(expected.length);
    for (const [i, output] of outputs.entries()) {
      expect(await greatestDifference(output, expected[i])).toBe(0);
    }
  });
});

describe('a model of which another layer reads the weights', () => {
  const build = () => {
    const throwing = new ThrowingLayer({});
    const model = tfl.sequential({
      layers: [tfl.layers.dense({ units: 3, inputShape: [2] }), throwing],
    });
    return { model, throwing };
  };

  it('is restored after a throw', async () => {
    const { model, throwing } = build();
    const before = layersModelParams(model);
    const params = randomValues(before, 1);
    const forward = layersModelForward<tf.Tensor>(model);
    const x = tf.ones([2, 2]);
    throwing.armed = true;
    expect(await expectNoLeak(() => forward(params, x))).toBeInstanceOf(RangeError);
    await expectSameParams(layersModelParams(model), before);
    for (const weight of model.weights) expect(Object.hasOwn(weight, 'read')).toBe(false);
  });

  it('is given the very tensors of the params, so that a trace can tell them', () => {
    const { model } = build();
    const params = layersModelParams(model);
    const seen: tf.Tensor[] = [];
    const engine = tf.engine();
    const { runKernel } = engine;
    engine.runKernel = (name, inputs, attrs) => {
      seen.push(...(Object.values(inputs) as tf.Tensor[]));
      return runKernel.call(engine, name, inputs, attrs) as never;
    };
    try {
      layersModelForward(model)(params, tf.ones([2, 2]));
    } finally {
      delete (engine as { runKernel?: unknown }).runKernel;
    }
    for (const tensor of Object.values(params)) expect(seen).toContain(tensor);
  });

  it('works inside tidy, on a batch larger than predict cuts', () => {
    const { model } = build();
    const forward = layersModelForward<tf.Tensor>(model);
    const params = layersModelParams(model);
    const before = tf.memory().numTensors;
    const output = tf.tidy(() => tf.add(forward(params, tf.ones([100, 2])), 1));
    expect(output.shape).toEqual([100, 3]);
    output.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('lets gradients through to the params', () => {
    const { model } = build();
    const forward = layersModelForward<tf.Tensor>(model);
    const params = randomValues(layersModelParams(model), 3);
    const loss = (kernel: tf.Tensor) =>
      tf.sum(forward({ ...params, 'dense_1/kernel': kernel }, tf.ones([4, 2]))) as tf.Scalar;
    const gradient = tf.grad(loss)(params['dense_1/kernel']);
    expect(Array.from(gradient.dataSync())).toEqual([4, 4, 4, 4, 4, 4]);
  });
});

describe('names', () => {
  const namesOf = (...layers: tfl.layers.Layer[]) =>
    Object.keys(layersModelParams(tfl.sequential({ layers }))).filter((name) =>
      name.endsWith('kernel'),
    );
  const dense = (name?: string) => tfl.layers.dense({ units: 2, inputShape: [2], name });

  it('are those that the user chose', () => {
    expect(namesOf(dense('dense1'), dense('head'), dense('my_dense'))).toEqual([
      'dense1/kernel',
      'head/kernel',
      'my_dense/kernel',
    ]);
  });

  it('count anew where Keras or tfjs counted layers', () => {
    expect(namesOf(dense('dense_7'), dense(), dense('dense'), dense('dense_9'))).toEqual([
      'dense_1/kernel',
      'dense_2/kernel',
      'dense_3/kernel',
      'dense_4/kernel',
    ]);
  });

  it('do not take a name that the user gave to a layer of another class', () => {
    const conv = tfl.layers.conv1d({
      filters: 2,
      kernelSize: 1,
      inputShape: [3, 2],
      name: 'dense_1',
    });
    expect(namesOf(conv, tfl.layers.dense({ units: 2 }))).toEqual([
      'dense_1/kernel',
      'dense_2/kernel',
    ]);
  });

  it('do not depend on what is frozen', () => {
    const frozen = tfl.layers.batchNormalization({ trainable: false } as never);
    const model = tfl.sequential({ layers: [dense(), frozen, dense()] });
    const names = Object.keys(layersModelParams(model));
    model.layers[0].trainable = false;
    expect(Object.keys(layersModelParams(model))).toEqual(names);
    model.trainable = false;
    expect(Object.keys(layersModelParams(model))).toEqual(names);
  });
});

describe('params', () => {
  it('keep their values when the model changes, and outlive it', async () => {
    const model = tfl.sequential({ layers: [tfl.layers.dense({ units: 2, inputShape: [2] })] });
    const params = layersModelParams(model);
    const before = await params['dense_1/kernel'].data();
    setLayersModelParams(model, randomValues(params, 1));
    model.dispose();
    expect(await params['dense_1/kernel'].data()).toEqual(before);
  });

  it('are projected on constraints, as by setWeights, without a leak', async () => {
    const kernelConstraint = tfl.constraints.nonNeg();
    const model = tfl.sequential({
      layers: [tfl.layers.dense({ units: 2, inputShape: [2], kernelConstraint })],
    });
    const params = { 'dense_1/kernel': tf.fill([2, 2], -1), 'dense_1/bias': tf.zeros([2]) };
    await expectNoLeak(() => setLayersModelParams(model, params));
    expect(Array.from(model.getWeights()[0].dataSync())).toEqual([0, 0, 0, 0]);
  });
});

describe('bad input', () => {
  const model = tfl.sequential({
    layers: [tfl.layers.dense({ units: 2, inputShape: [3], name: 'a' })],
  });
  const good = layersModelParams(model);
  const disposed = tfl.sequential({ layers: [tfl.layers.dense({ units: 2, inputShape: [3] })] });
  disposed.dispose();

  it.each<[string, () => unknown, RegExp]>([
    [
      'nothing',
      () => layersModelParams(undefined as never),
      /model must be a tf.LayersModel.*undefined/,
    ],
    ['a promise', () => layersModelParams(Promise.resolve() as never), /Promise\. Await it first/],
    ['weights', () => layersModelParams(model.getWeights() as never), /received an array/],
    [
      'a graph model',
      () => layersModelParams({ executeAsync() {}, predict() {} } as never),
      /graphModelNetwork/,
    ],
    ['an empty model', () => layersModelParams(tfl.sequential()), /no layers yet.*inputShape/],
    ['a disposed model', () => layersModelParams(disposed), /cannot be read.*disposed/],
    [
      'a stateful model',
      () =>
        layersModelParams(
          tfl.sequential({
            layers: [
              tfl.layers.simpleRNN({
                units: 2,
                stateful: true,
                recurrentInitializer: 'glorotUniform',
                batchInputShape: [1, 2, 2],
              }),
            ],
          }),
        ),
      /stateful: false/,
    ],
    ['no params', () => setLayersModelParams(model, undefined as never), /params must be params/],
    [
      'a missing parameter',
      () => setLayersModelParams(model, { 'a/kernel': good['a/kernel'] }),
      /lack 'a\/bias'/,
    ],
    [
      'an unknown parameter',
      () => setLayersModelParams(model, { ...good, b: tf.zeros([1]) }),
      /'b', which is not a weight.*'a\/kernel', 'a\/bias'/,
    ],
    [
      'another width',
      () => setLayersModelParams(model, { ...good, 'a/bias': tf.zeros([4]) }),
      /'a\/bias' is float32 of shape \[4\].*shape \[2\]/,
    ],
    [
      'another dtype',
      () =>
        layersModelForward(model)({ ...good, 'a/bias': tf.zeros([2], 'int32') }, tf.ones([1, 3])),
      /.*int32 of shape \[2\].*float32/,
    ],
    [
      'a disposed parameter',
      () => {
        const bias = tf.zeros([2]);
        bias.dispose();
        setLayersModelParams(model, { ...good, 'a/bias': bias });
      },
      /'a\/bias' is disposed/,
    ],
  ])('%s', (_, work, message) => {
    expect(work).toThrow(InvalidInputError);
    expect(work).toThrow(message);
  });

  it('writes nothing of params that do not all fit', async () => {
    const before = layersModelParams(model);
    const bad: Params = { 'a/kernel': tf.ones([3, 2]), 'a/bias': tf.ones([5]) };
    expect(() => setLayersModelParams(model, bad)).toThrow(InvalidInputError);
    await expectSameParams(layersModelParams(model), before);
  });
});
