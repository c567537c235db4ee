import type * as tfconv from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import { InvalidInputError, permute, randomPermutations, weightMatch } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import {
  type GraphModelInput,
  type GraphModelSpecOptions,
  graphModelNetwork,
  graphModelSpec,
} from '../../src/models';
import { useBackend } from '../support/backend';
import { expectNoLeak, greatestDifference } from '../support/invariants';
import { branchBefore, detector, topScores, whereTail } from './graphModels';
import { groupList } from './groupList';
import { publishedGraphModel } from './publishedModels';

await useBackend('cpu');

const x = tf.randomNormal([3, 4], 0, 1, 'float32', 9);

/** The message of the error with which a model is refused. */
async function refusal(model: tfconv.GraphModel, options: GraphModelSpecOptions = {}) {
  const error = await expectNoLeak(() => graphModelNetwork(model, options));
  expect(error).toBeInstanceOf(InvalidInputError);
  return (error as Error).message;
}

/** The groups are found, a planted permutation keeps the outputs and is recovered. */
async function expectHiddenGroups(
  model: tfconv.GraphModel,
  options: GraphModelSpecOptions,
  input: GraphModelInput,
  groups = ['5', '6'],
): Promise<void> {
  const network = await graphModelNetwork<tf.Tensor | tf.Tensor[]>(model, options);
  const { params, forward, spec } = network;
  expect(groupList(spec).sort()).toEqual(groups);
  expect(groupList(await graphModelSpec(model, options)).sort()).toEqual(groups);
  const planted = randomPermutations(spec, params, { seed: 5 });
  const moved = permute(spec, params, planted);
  const [before, after] = [params, moved].map((each) => [forward(each, input)].flat());
  for (const [i, tensor] of after.entries())
    expect(await greatestDifference(tensor, before[i])).toBeLessThan(1e-5);
  const { permutations } = await weightMatch(spec, moved, params, { seed: 1 });
  expect(permutations).toEqual(planted);
}

describe('a graph that ends in non-maximum suppression', () => {
  it('is refused with the node that is the reason and the nodes before it', async () => {
    expect(await refusal(await detector())).toMatch(
      /NonMaxSuppressionV3, node 'suppressed'.*Pass outputs: \['boxes', 'best'\]/,
    );
  });

  it('is a network up to the nodes that the error names', async () => {
    // The greatest score is the same in any order of the 3 classes.
    const options = { outputs: ['boxes', 'best'] };
    await expectHiddenGroups(await detector(), options, x, ['3', '5', '6']);
  });
});

describe('a graph that begins with control flow', () => {
  it('is refused with the nodes that are the reason and the nodes behind them', async () => {
    expect(await refusal(await branchBefore())).toMatch(
      /Merge, node 'merge'; Switch, node 'switch'.*Pass input: \{ 'scaled': tensor \}/,
    );
  });

  it('is a network from the nodes that the error names', async () => {
    const input = { scaled: x };
    await expectHiddenGroups(await branchBefore(), { input }, input);
  });

  it('is a network between control flow before and values after', async () => {
    const model = await branchBefore(whereTail);
    expect(await refusal(model)).toMatch(
      /Pass input: \{ 'scaled': tensor \} with outputs: \['scores'\]/,
    );
    const input = { scaled: x };
    expect(await refusal(model, { input })).toMatch(/Where, node 'where'.*outputs: \['scores'\]/);
    await expectHiddenGroups(model, { input, outputs: ['scores'] }, input);
  });
});

describe('a graph whose outputs are selected by value', () => {
  it('warns, and says what they are selected from', async () => {
    const model = await topScores();
    const { derivation } = await graphModelSpec(model);
    expect(derivation?.warnings.at(-1)).toMatch(
      /selected by value \(TopKV2, node 'top'\).*pass outputs: \['scores'\]/,
    );
    const inner = await graphModelSpec(model, { outputs: ['scores'] });
    expect(inner.derivation?.warnings).toEqual([]);
    await expectHiddenGroups(model, { outputs: ['scores'] }, x);
  });
});

describe('names of nodes', () => {
  it('that the graph does not have are refused with the nearest and what would do', async () => {
    const model = await detector();
    expect(await refusal(model, { outputs: ['scroes'] })).toMatch(
      /outputs has 'scroes', which is not a node of the graph\. The nearest names are 'scores', .*outputs 'found'\. To leave out .*, pass outputs: \['boxes', 'best'\]/,
    );
    expect(await refusal(model, { input: { relu2: x } })).toMatch(
      /input has 'relu2'.*nearest names are 'relu1', .*inputs 'x'/,
    );
    expect(await refusal(model, { outputs: [] })).toMatch(/outputs names no node/);
  });

  it('that leave an input open are refused with the input', async () => {
    expect(await refusal(await detector(), { input: { w1: x }, outputs: ['scores'] })).toMatch(
      /depend on 'x', which input does not give/,
    );
  });

  it('begin and end a published network at inner nodes', async () => {
    await useBackend('wasm'); // cpu would take seconds.
    const model = await publishedGraphModel();
    const predict = `StatefulPartitionedCall/sequential/keras_layer${'/StatefulPartitionedCall'.repeat(3)}/predict`;
    const node = (name: string) => `${predict}/MobilenetV2/${name}`;
    const input = { [node('expanded_conv_15/add')]: tf.randomNormal([1, 7, 7, 224]) };
    const output = node('expanded_conv_16/project/BatchNorm/FusedBatchNormV3');
    // The block expands 224 channels to 6 times as many; those at its ends are given and returned.
    const spec = await graphModelSpec(model, { input, outputs: [output] });
    expect(groupList(spec)).toEqual(['1344']);
    const misspelt = output.replace('project', 'projekt');
    expect(await refusal(model, { input, outputs: [misspelt] })).toContain(
      `The nearest names are '${output}', `,
    );
    model.dispose();
  }, 120_000);
});
