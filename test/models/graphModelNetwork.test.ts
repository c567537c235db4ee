import * as tf from '@tensorflow/tfjs-core';
import { formatSpec, InvalidInputError, permute, randomPermutations } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import {
  graphModelNetwork,
  graphModelParams,
  graphModelSpec,
  setGraphModelParams,
} from '../../src/models';
import { useBackend } from '../support/backend';
import { expectNoLeak, greatestDifference } from '../support/invariants';
import {
  loadGraph,
  operation,
  placeholder,
  smallConvolution,
  twoInputs,
  withControlFlow,
} from './graphModels';
import { groupList } from './groupList';

await useBackend('cpu');

describe('graphModelNetwork', () => {
  it('is a network whose params can be permuted, and written back', async () => {
    const model = await smallConvolution();
    const network = await expectNoLeak(() => graphModelNetwork(model), 5);
    if (network instanceof Error) throw network;
    const { params, forward, spec } = network;
    expect(formatSpec(spec).replace(/ +/g, ' ')).toContain('hidden/kernel >(16 conv) hidden>');
    expect(groupList(spec)).toEqual(['5', '7']);

    const x = tf.randomNormal([3, 4, 4, 2]);
    const before = forward(params, x);
    const permuted = permute(spec, params, randomPermutations(spec, params, { seed: 1 }));
    await setGraphModelParams(model, permuted);
    expect(await greatestDifference(model.predict(x) as tf.Tensor, before)).toBeLessThan(1e-5);
  });

  it('knows several inputs and outputs', async () => {
    const model = await twoInputs();
    const { params, forward, spec } = await graphModelNetwork<tf.Tensor[]>(model);
    expect(groupList(spec)).toEqual(['6']); // The embedding meets an input.
    const input = {
      ids: tf.tensor2d([[4, 1, 0]], [1, 3], 'int32'),
      x: tf.randomNormal([1, 3, 4]),
    };
    const named = await graphModelNetwork<tf.Tensor[]>(model, { input });
    expect(named.spec.params).toEqual(spec.params);
    const permuted = permute(spec, params, randomPermutations(spec, params, { seed: 1 }));
    const before = forward(params, input);
    for (const [i, after] of forward(permuted, input).entries())
      expect(await greatestDifference(after, before[i])).toBeLessThan(1e-5);
  });

  it('ends before control flow where it is told to, and says so where it must', async () => {
    const model = await withControlFlow();
    expect(groupList(await graphModelSpec(model, { outputs: ['scores'] }))).toEqual(['6']);
    const error = (await expectNoLeak(() => graphModelNetwork(model))) as Error;
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(error.message).toMatch(/graphModelNetwork: .*Where.*Pass outputs/);
  });

  it('asks for the shape of an input that the graph leaves open', async () => {
    const open = () =>
      loadGraph(
        [
          placeholder('x', null),
          operation('MatMul', 'hidden', ['x', 'w1'], {
            transpose_a: { b: false },
            transpose_b: { b: false },
          }),
          operation('Relu', 'relu', ['hidden']),
          operation('MatMul', 'out', ['relu', 'w2'], {
            transpose_a: { b: false },
            transpose_b: { b: false },
          }),
        ],
        { w1: tf.randomNormal([3, 4]), w2: tf.randomNormal([4, 2]) },
      );
    await expect(graphModelSpec(await open())).rejects.toThrow(/input 'x'.*Pass inputShape/);
    const spec = await graphModelSpec(await open(), { inputShape: [3] });
    expect(groupList(spec)).toEqual(['4']);
  });

  it('rejects what is no model', async () => {
    await expect(graphModelSpec(undefined as never)).rejects.toThrow(
      /graphModelSpec: model must be/,
    );
    const model = await smallConvolution();
    const params = graphModelParams(model);
    model.dispose();
    await expect(graphModelNetwork(model)).rejects.toThrow(/graphModelNetwork: .*disposed/);
    tf.dispose(params);
  });
});
