import * as tfconv from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import { InvalidInputError, type Params } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { graphModelParams, setGraphModelParams } from '../../src/models';
import { graphModelForward } from '../../src/models/graphModelForward';
import { useBackend } from '../support/backend';
import { expectNoLeak, expectSameParams, greatestDifference } from '../support/invariants';
import { smallConvolution, twoInputs, withControlFlow } from './graphModels';
import { randomValues } from './layersModels';

await useBackend('cpu');

const own = (model: tfconv.GraphModel) => Object.values(model.weights).map(([tensor]) => tensor);

describe('graphModelParams', () => {
  it('are the floating weights, by the names of their nodes', async () => {
    const model = await smallConvolution();
    expect(Object.keys(graphModelParams(model))).toEqual([
      'conv/kernel',
      'conv/bias',
      'hidden/kernel',
      'hidden/bias',
      'head/kernel',
    ]);
    expect(Object.keys(model.weights)).toContain('flat/shape');
  });

  it('outlive the model', async () => {
    const model = await smallConvolution();
    const params = graphModelParams(model);
    model.dispose();
    expect((await params['conv/bias'].data()).length).toBe(5);
  });
});

describe('forward', () => {
  it('computes what predict does, of any params, and leaves the model as it was', async () => {
    const [model, other] = [await smallConvolution(1), await smallConvolution(2)];
    const before = own(model);
    const forward = graphModelForward<tf.Tensor>(model, undefined);
    const x = tf.randomNormal([3, 4, 4, 2]);
    const params = graphModelParams(other);
    const output = (await expectNoLeak(() => forward(params, x), 1)) as tf.Tensor;
    expect(await greatestDifference(output, other.predict(x) as tf.Tensor)).toBe(0);
    expect(own(model)).toEqual(before);
    for (const tensor of Object.values(params)) expect(tensor.isDisposed).toBe(false);
  });

  it('computes with the very tensors of the params', async () => {
    const model = await smallConvolution();
    const params = graphModelParams(model);
    const seen: unknown[] = [];
    const engine = tf.engine();
    const { runKernel } = engine;
    engine.runKernel = (name, inputs, attrs) => {
      seen.push(...Object.values(inputs));
      return runKernel.call(engine, name, inputs, attrs) as never;
    };
    try {
      graphModelForward(model, undefined)(params, tf.ones([1, 4, 4, 2]));
    } finally {
      delete (engine as { runKernel?: unknown }).runKernel;
    }
    for (const tensor of Object.values(params)) expect(seen).toContain(tensor);
  });

  it('restores the model after a throw', async () => {
    const model = await smallConvolution();
    const before = own(model);
    const forward = graphModelForward(model, undefined);
    const params = randomValues(graphModelParams(model), 1);
    const wrong = tf.ones([1, 5, 4, 2]);
    expect(await expectNoLeak(() => forward(params, wrong) as never)).toBeInstanceOf(Error);
    expect(own(model)).toEqual(before);
  });

  it('takes several inputs, in order or by name, and gives several outputs', async () => {
    const model = await twoInputs();
    const forward = graphModelForward<tf.Tensor[]>(model, undefined);
    const params = graphModelParams(model);
    const ids = tf.tensor2d([[0, 4, 2]], [1, 3], 'int32');
    const x = tf.randomNormal([1, 3, 4]);
    const inOrder = model.inputs.map(({ name }) => (name === 'ids' ? ids : x));
    const byName = forward(params, { ids, x });
    for (const [i, output] of forward(params, inOrder).entries()) {
      expect(output.shape).toEqual(
        [
          [1, 2],
          [1, 3],
        ][i],
      );
      expect(await greatestDifference(output, byName[i])).toBe(0);
    }
  });

  it('ends at the nodes that are asked for', async () => {
    const model = await withControlFlow();
    const forward = graphModelForward<tf.Tensor>(model, ['scores']);
    expect(forward(graphModelParams(model), tf.ones([2, 4])).shape).toEqual([2, 2]);
  });

  it('refuses control flow, which is asynchronous', async () => {
    const model = await withControlFlow();
    const before = own(model);
    const forward = graphModelForward(model, undefined);
    const params = graphModelParams(model);
    const x = tf.ones([2, 4]);
    const error = await expectNoLeak(() => forward(params, x) as tf.Tensor);
    expect(String(error)).toMatch(/.*\(Where, node 'where'\).*Pass outputs/);
    expect(own(model)).toEqual(before);
  });
});

describe('setGraphModelParams', () => {
  it('writes params that then are the model’s own', async () => {
    const model = await smallConvolution(1);
    const params = graphModelParams(await smallConvolution(2));
    const x = tf.randomNormal([3, 4, 4, 2]);
    const expected = graphModelForward<tf.Tensor>(model, undefined)(params, x);
    const gone = own(model).filter(({ dtype }) => dtype === 'float32');
    await expectNoLeak(() => setGraphModelParams(model, params));
    await expectSameParams(graphModelParams(model), params);
    for (const tensor of gone) expect(tensor.isDisposed).toBe(true);
    tf.dispose(params);
    expect(await greatestDifference(model.predict(x) as tf.Tensor, expected)).toBe(0);
    model.dispose();
  });

  it('keeps them through asynchronous execution, which disposes what it does not know', async () => {
    const model = await withControlFlow();
    const params = randomValues(graphModelParams(model), 3);
    await setGraphModelParams(model, params);
    for (let i = 0; i < 2; i++) tf.dispose(await model.executeAsync(tf.ones([2, 4])));
    await expectSameParams(graphModelParams(model), params);
  });

  it('writes them into what the model saves, too', async () => {
    const model = await smallConvolution(1);
    const params = graphModelParams(await smallConvolution(2));
    await setGraphModelParams(model, params);
    let saved: tf.io.ModelArtifacts | undefined;
    const handler = tf.io.withSaveHandler(async (artifacts) => {
      saved = artifacts;
      return {} as tf.io.SaveResult;
    });
    await model.save(handler);
    const loaded = await tfconv.loadGraphModel({ load: async () => saved! });
    await expectSameParams(graphModelParams(loaded), params);
    const x = tf.randomNormal([3, 4, 4, 2]);
    const [a, b] = [model, loaded].map((each) => each.predict(x) as tf.Tensor);
    expect(await greatestDifference(a, b)).toBe(0);
  });

  it('writes nothing of params that do not all fit', async () => {
    const model = await smallConvolution();
    const before = graphModelParams(model);
    const wider = graphModelParams(await smallConvolution(1, 6));
    await expect(setGraphModelParams(model, wider)).rejects.toThrow(/'conv\/kernel'.*\[3,3,2,6\]/);
    const { 'head/kernel': _, ...fewer } = before;
    await expect(setGraphModelParams(model, fewer)).rejects.toThrow(/lack 'head\/kernel'/);
    await expectSameParams(graphModelParams(model), before);
  });
});

describe('bad input', () => {
  it.each<[string, () => unknown, RegExp]>([
    ['nothing', () => null, /model must be a tf.GraphModel, received null/],
    ['a promise', () => smallConvolution(), /Promise\. Await it first/],
    ['a model that was not loaded', () => new tfconv.GraphModel('nowhere'), /loadGraphModel/],
    ['a layers model', () => ({ layers: [], predict() {} }), /layersModelNetwork/],
  ])('%s', (_, model, message) => {
    const read = () => graphModelParams(model() as never);
    expect(read).toThrow(InvalidInputError);
    expect(read).toThrow(message);
  });

  it('a disposed model', async () => {
    const model = await smallConvolution();
    model.dispose();
    expect(() => graphModelParams(model)).toThrow(/weight 'conv\/kernel' is disposed/);
  });

  it('params of another dtype', async () => {
    const model = await smallConvolution();
    const params: Params = { ...graphModelParams(model), 'conv/bias': tf.zeros([5], 'int32') };
    expect(() => graphModelForward(model, undefined)(params, tf.ones([1, 4, 4, 2]))).toThrow(
      /parameter 'conv\/bias' is int32/,
    );
  });
});
