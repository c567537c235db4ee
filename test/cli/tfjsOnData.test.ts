import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {
  activationMatch,
  average,
  barrier,
  classificationEvaluator,
  layersModelNetwork,
  layersModelParams,
  parsePermutations,
  permute,
  repair,
} from 'perm-lmc';
import { tfjsArtifacts } from 'perm-lmc/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { smallConvolution } from '../models/graphModels';
import { saveModel, smallLayersModel } from '../node/tfjsModels';
import { useBackend } from '../support/backend';
import { expectNoLeak, expectSameParams } from '../support/invariants';
import { temporaryFolder } from './checkpoints';
import { run } from './session';
import { writeNpz } from './testSets';

await useBackend('wasm');
const at = temporaryFolder();
const [modelA, modelB] = [smallLayersModel(1), smallLayersModel(2)];
const a = await saveModel(modelA, at('a/model.json'));
const b = await saveModel(modelB, at('b/model.json'));
const { spec, params: paramsA, forward } = await layersModelNetwork(modelA);
const paramsB = layersModelParams(modelB);
const x = tf.randomNormal([40, 4], 0, 1, 'float32', 3);
const y = tf.tensor1d(
  Array.from({ length: 40 }, (_, i) => i % 3),
  'int32',
);
const data = ['--data', at('data.npz')];

beforeAll(async () => {
  await writeNpz(at('data.npz'), { x, y });
});

/** The JSON document of a command that succeeds without a word. */
async function done(...words: string[]) {
  const { code, out, err } = await run(words);
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out);
}

const matchedByActivations = async () =>
  (await activationMatch(spec, paramsA, paramsB, { forward, inputs: x })).permutations;

describe('models of tfjs on data', () => {
  it('are aligned by activations, also as folders', async () => {
    const words = [at('a'), at('b'), ...data, '--method', 'activations'];
    await done('align', ...words, '-o', at('found.json'));
    const found = parsePermutations(readFileSync(at('found.json'), 'utf8'));
    expect(found).toEqual(await matchedByActivations());
  });

  it('have the barrier that the library measures', async () => {
    const { barriers } = await done('barrier', a, b, ...data, '--points', '3', '--json');
    const evaluate = classificationEvaluator(forward, { x, y });
    const { loss } = await barrier(paramsA, paramsB, evaluate, { points: 3 });
    expect(barriers.before.loss.barrier).toBeCloseTo(loss.max, 5);
  });

  it('give their graph to checkpoints in safetensors', async () => {
    const moved = at('moved.safetensors');
    await done('permute', a, '--permutations', at('found.json'), '-o', moved);
    const words = [...data, '--points', '3', '--json'];
    const { barriers } = await done('barrier', moved, moved, '--forward', a, ...words);
    expect(barriers.before.loss.barrier).toBeCloseTo(0, 5);
    const mixed = (await done('barrier', moved, a, ...words)).barriers;
    const evaluate = classificationEvaluator(forward, { x, y });
    const first = permute(spec, paramsA, await matchedByActivations());
    const { loss } = await barrier(first, paramsA, evaluate, { points: 3 });
    expect(mixed.before.loss.barrier).toBeCloseTo(loss.max, 5);
  });

  it('are merged and repaired into a model.json', async () => {
    const words = ['--method', 'activations', '--repair', '-o', at('merged.json')];
    await done('merge', a, b, ...data, ...words);
    const aligned = permute(spec, paramsB, await matchedByActivations());
    const mean = average([paramsA, aligned]);
    const expected = await repair(mean, [paramsA, aligned], { forward, inputs: x });
    const merged = await tfl.loadLayersModel(tfjsArtifacts(at('merged.json')));
    await expectSameParams(layersModelParams(merged), expected, 1e-5);
  });

  it('may be graph models', async () => {
    const [one, two] = [await smallConvolution(1), await smallConvolution(2)];
    const paths = [
      await saveModel(one, at('g1/model.json')),
      await saveModel(two, at('g2/model.json')),
    ];
    const images = tf.randomNormal([12, 4, 4, 2], 0, 1, 'float32', 5);
    await writeNpz(at('images.npz'), { x: images, y: tf.slice(y, 0, 12) });
    const words = [
      '--data',
      at('images.npz'),
      '--method',
      'activations',
      '--points',
      '3',
      '--json',
    ];
    const { barriers, match } = await done('barrier', ...paths, ...words);
    expect(match.alignment.after).toBeGreaterThan(match.alignment.before);
    expect(Number.isFinite(barriers.after.loss.barrier)).toBe(true);
  });

  it('leave no tensor', async () => {
    await expectNoLeak(() => run(['barrier', a, b, ...data, '--points', '2', '--json']));
    const other = await saveModel(smallLayersModel(3, 5), at('other/model.json'));
    await expectNoLeak(async () => {
      const { code, err } = await run(['barrier', a, other, ...data]);
      expect(code).toBe(2);
      expect(err).toMatch(/has shape \[.*\], but \[.*\] in the graph/);
    });
  });

  it('need a graph', async () => {
    const { code, err } = await run(['barrier', at('a.safetensors'), at('b.safetensors'), ...data]);
    expect(code).toBe(2);
    expect(err).toContain('no file is an ONNX file or a model of tfjs');
    expect(err).toContain('Pass --forward');
  });
});
