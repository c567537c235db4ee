import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import {
  layersModelNetwork,
  layersModelParams,
  type Params,
  parsePermutations,
  sinkhornMatch,
  straightThroughMatch,
} from 'perm-lmc';
import { readNpz } from 'perm-lmc/node';
import { onnxNetworks } from 'perm-lmc/onnx';
import { describe, expect, it } from 'vitest';
import { saveModel, smallLayersModel } from '../node/tfjsModels';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';
import { fixture, temporaryFolder } from './checkpoints';
import { run } from './session';
import { writeNpz } from './testSets';

await useBackend('wasm');
const at = temporaryFolder();
const example = (name: string) =>
  fileURLToPath(new URL(`../../examples/data/${name}`, import.meta.url));
const [fileA, fileB] = [example('digits_a.onnx'), example('digits_b.onnx')];
const { x, y } = await readNpz(example('digits_test.npz'));
const samples = {
  x: tf.cast(tf.slice(x, 0, 60), 'float32'),
  y: tf.cast(tf.slice(y, 0, 60), 'int32'),
};
const digits = await writeNpz(at('digits.npz'), samples);

const learners = { 'straight-through': straightThroughMatch, sinkhorn: sinkhornMatch };
const methods = ['straight-through', 'sinkhorn'] as const;
const few = ['--steps', '4', '--batch-size', '30'];

/** The JSON document of a command that succeeds without a word. */
async function done(...words: string[]) {
  const { code, out, err } = await run(words);
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out);
}

/** The message of a command that is refused. */
async function refusal(...words: string[]): Promise<string> {
  const { code, err } = await run(words);
  expect(code).toBe(2);
  return err;
}

describe.each(methods)('--method %s', (method) => {
  const words = ['--method', method, '--data', digits, ...few];

  it('aligns ONNX files as the library does', async () => {
    const flags = ['--seed', '3', '--learning-rate', '0.02', '-o', at(`${method}.json`)];
    const found = await done('align', fileA, fileB, ...words, ...flags);
    const { params, forward, spec } = await onnxNetworks(
      [fileA, fileB].map((f) => readFileSync(f)),
    );
    const [a, b] = params as [Params, Params];
    const result = await learners[method](spec, a, b, {
      ...{ forward, data: samples, steps: 4, batchSize: 30, seed: 3 },
      optimizer: () => tf.train.adam(0.02),
    });
    const permutations = parsePermutations(readFileSync(at(`${method}.json`), 'utf8'));
    expect(permutations).toEqual(result.permutations);
    expect(found.loss.before).toBeCloseTo(result.startLoss, 5);
    expect(found.loss.after).toBeCloseTo(result.loss, 5);
    expect(found.loss.after).toBeLessThanOrEqual(found.loss.before);
    expect([found.steps, found.step]).toEqual([4, result.step]);
    expect(found.objective).toBeCloseTo(result.objective, 3);
  });

  it('takes models of tfjs that end with a softmax or targets', async () => {
    const [a, b] = [
      await saveModel(smallLayersModel(1), at('a/model.json')),
      await saveModel(smallLayersModel(2), at('b/model.json')),
    ];
    const inputs = tf.randomNormal([60, 4], 0, 1, 'float32', 3);
    const targets = tf.randomNormal([60, 3], 0, 1, 'float32', 4);
    const data = await writeNpz(at('targets.npz'), { x: inputs, y: targets });
    const given = ['--method', method, '--data', data, ...few];
    const found = await done('align', a, b, ...given, '-o', at('p.json'), '--force');
    const model = await layersModelNetwork(smallLayersModel(1));
    const result = await learners[method](
      model.spec,
      model.params,
      layersModelParams(smallLayersModel(2)),
      {
        ...{ forward: model.forward, data: { x: inputs, y: targets }, steps: 4, batchSize: 30 },
        loss: (outputs, own) => tf.mean(tf.squaredDifference(outputs, own)),
      },
    );
    expect(found.loss.after).toBeCloseTo(result.loss, 5);
  });

  it('goes on from given permutations', async () => {
    const initial = ['--initial', at(`${method}.json`), '--steps', '0'];
    const again = await done(
      'align',
      fileA,
      fileB,
      '--method',
      method,
      '--data',
      digits,
      ...initial,
    );
    expect(again.permutations).toEqual(JSON.parse(readFileSync(at(`${method}.json`), 'utf8')));
    expect(again.step).toBe(0);
  });

  it('matches before a merge and a barrier, and says in words what it did', async () => {
    await done('merge', fileA, fileB, ...words, '-o', at(`${method}.onnx`));
    const { code, out } = await run(['barrier', fileA, fileB, ...words, '--points', '2'], {
      isTTY: true,
    });
    expect(code).toBe(0);
    expect(out).toMatch(/loss half way \d\.\d+ → \d\.\d+ in 4 steps, (found after|none of them)/);
  });

  it('shows its steps, and leaves no tensor', async () => {
    const shown: string[] = [];
    const command = ['align', fileA, fileB, ...words, '-o', at('p.json'), '--force'];
    await expectNoLeak(() => run(command, { isTTY: true, onError: (text) => shown.push(text) }));
    expect(shown.join('')).toMatch(/step \d\/4 {2}loss half way \d/);
  });

  it('needs labels, data and a graph', async () => {
    expect(await refusal('align', fileA, fileB, '--method', method)).toContain(
      `--method ${method} needs samples and labels: pass --data FILE`,
    );
    const unlabelled = await writeNpz(at('x.npz'), { x: samples.x });
    const without = ['--method', method, '--data', unlabelled];
    expect(await refusal('align', fileA, fileB, ...without)).toContain('hold no labels y');
    const files = [fixture('mlp64_A'), fixture('mlp64_B')];
    const message = await refusal('align', ...files, '--spec', 'mlp:3', ...words);
    expect(message).toContain('no file is an ONNX file or a model of tfjs');
    expect(message).toContain('Pass --forward model.onnx');
  });

  it.each(['--restarts', '--search', '--max-sweeps', '--threads'])('takes no %s', async (flag) => {
    expect(await refusal('align', fileA, fileB, ...words, flag, '2')).toContain(
      `--method ${method} takes no ${flag}`,
    );
  });

  it('cannot be resumed', async () => {
    expect(await refusal('align', fileA, fileB, ...words, '--resume', at('state'))).toContain(
      `not for --method ${method}`,
    );
  });
});

it('steps and rates are only for methods that learn', async () => {
  for (const flag of ['--steps', '--learning-rate']) {
    expect(await refusal('align', fileA, fileB, flag, '1')).toContain(
      `${flag} is for --method straight-through and sinkhorn`,
    );
    const words = ['--method', 'activations', '--data', digits, flag, '1'];
    expect(await refusal('align', fileA, fileB, ...words)).toContain(`takes no ${flag}`);
  }
  for (const rate of ['0', '-1', 'fast', 'Infinity', '']) {
    expect(await refusal('align', fileA, fileB, '--learning-rate', rate)).toMatch(/Expected a/);
  }
});

it('labels that are no class are refused', async () => {
  const wrong = await writeNpz(at('wrong.npz'), { x: samples.x, y: tf.fill([60], 10, 'int32') });
  const words = ['--method', 'straight-through', '--data', wrong, ...few];
  expect(await refusal('align', fileA, fileB, ...words)).toMatch(/the class 10/);
});
