import { readFileSync, writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import {
  estimateBatchNorm,
  interpolate,
  type Params,
  parseSafetensors,
  permute,
  resetBatchNorm,
  serializeSpec,
} from 'perm-lmc';
import { weightMatchFiles } from 'perm-lmc/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { fixtures, readParams } from '../support/fixtures';
import { expectSameParams } from '../support/invariants';
import { modelBytes, type NodeGiven } from '../support/onnx/modelBytes';
import { fixture, temporaryFolder } from './checkpoints';
import { run } from './session';
import { writeNpz } from './testSets';

await useBackend('wasm');
const at = temporaryFolder();
const [, { spec, forward, data }] = fixtures;
const files = [fixture('convbn_A'), fixture('convbn_B')];
const x = tf.tidy(() => tf.slice(data().x, 0, 200));
const variances = ['bn1.running_var', 'bn2.running_var', 'bn3.running_var'];
const means = ['bn1.running_mean', 'bn2.running_mean', 'bn3.running_mean'];

/** The graph of the ConvBN network. */
async function convBnModel(params: Params): Promise<Uint8Array> {
  const initializers = Object.fromEntries(
    await Promise.all(
      Object.entries(params).map(
        async ([name, each]) => [name, { shape: each.shape, data: await each.data() }] as const,
      ),
    ),
  );
  const blocks = [1, 2, 3].flatMap((i): NodeGiven[] => [
    ['Conv', [i === 1 ? 'x' : `p${i - 1}`, `conv${i}.weight`], [`c${i}`], { pads: [1, 1, 1, 1] }],
    ['BatchNormalization', [`c${i}`, ...normOf(i)], [`n${i}`], { epsilon: { float: 1e-5 } }],
    ['Relu', [`n${i}`], [`r${i}`]],
    ['MaxPool', [`r${i}`], [`p${i}`], { kernel_shape: [2, 2], strides: [2, 2] }],
  ]);
  return modelBytes({
    nodes: [
      ...blocks,
      ['GlobalAveragePool', ['p3'], ['mean']],
      ['Flatten', ['mean'], ['flat']],
      ['Gemm', ['flat', 'fc.weight', 'fc.bias'], ['logits'], { transB: 1 }],
    ],
    inputs: { x: { shape: ['batch', 1, 28, 28] } },
    initializers,
    outputs: ['logits'],
  });
}

const normOf = (i: number) =>
  ['weight', 'bias', 'running_mean', 'running_var'].map((leaf) => `bn${i}.${leaf}`);

let parents: Params[];
let mean: Params;
beforeAll(async () => {
  writeFileSync(at('spec.json'), serializeSpec(spec));
  const [a, b] = [readParams('convbn_A'), readParams('convbn_B')];
  writeFileSync(at('graph.onnx'), await convBnModel(a));
  await writeNpz(at('x.npz'), { x: tf.reshape(x, [-1, 1, 28, 28]) });
  const { permutations } = await weightMatchFiles(spec, files[0], files[1]);
  parents = [a, permute(spec, b, permutations)];
  mean = interpolate(parents[0], parents[1], 0.5);
});

const onData = () => ['--forward', at('graph.onnx'), '--data', at('x.npz')];

/** Merges the files and returns the document and the network, in the order of the mean. */
async function merged(name: string, ...flags: string[]) {
  const words = ['merge', ...files, '--spec', at('spec.json'), '-o', at(name), ...flags];
  const { code, out, err } = await run(words);
  expect([code, err]).toEqual([0, '']);
  const { params } = parseSafetensors(readFileSync(at(name)));
  const inOrder = Object.fromEntries(Object.keys(mean).map((each) => [each, params[each]]));
  return { document: JSON.parse(out), params: inOrder };
}

describe('the statistics of merge', () => {
  it('are estimated without data', async () => {
    const { document, params } = await merged('estimated');
    await expectSameParams(params, (await estimateBatchNorm(spec, mean, parents)).params, 1e-6);
    expect(document.statistics).toEqual({
      ...{ method: 'estimate', interpolated: [], recomputed: [] },
      estimated: variances,
    });
  });

  it('are recomputed on data', async () => {
    const { document, params } = await merged('recomputed', ...onData());
    await expectSameParams(params, await resetBatchNorm(mean, { forward, inputs: x }), 1e-4);
    const { recomputed, ...rest } = document.statistics;
    expect(rest).toEqual({ method: 'recompute', estimated: [], interpolated: [] });
    expect(recomputed.sort()).toEqual([...means, ...variances].sort());
    expect(document.repaired).toBeNull();
  });

  it('are averaged if told so', async () => {
    const { document, params } = await merged('averaged', '--statistics', 'interpolate');
    await expectSameParams(params, mean);
    expect(document.statistics).toMatchObject({ estimated: [], interpolated: variances });
  });

  it('are left to a repair', async () => {
    const { document } = await merged('repaired', '--repair', ...onData());
    expect(document.statistics).toBeNull();
    expect(document.repaired).toEqual(expect.arrayContaining(variances));
  });

  it('are told in words on a terminal', async () => {
    const words = ['merge', ...files, '--spec', at('spec.json'), '-o', at('told')];
    const said = await run(words, { isTTY: true });
    expect(said.out).toContain('estimated 3 variances of batch normalisation without data\n');
    const flags = ['--force', '--statistics', 'interpolate'];
    const averaged = await run([...words, ...flags], { isTTY: true });
    const names = variances.map((name) => `'${name}'`).join(', ');
    expect(averaged.out).toContain(`averaged 3 variances (${names})\n`);
    const again = await run([...words, '--force', ...onData()], { isTTY: true });
    expect(again.out).toContain('recomputed 6 tensors of batch normalisation on ');
  });

  it.each<[string[], string]>([
    [['--statistics', 'recompute'], 'needs samples: pass --data FILE'],
    [['--repair', '--data', 'x.npz', '--statistics', 'estimate'], 'leave out --statistics'],
    [['--data', 'x.npz', '--statistics', 'estimate'], '--statistics estimate takes no data'],
  ])('%j is refused', async (flags, message) => {
    const words = ['merge', ...files, '--spec', at('spec.json'), '-o', at('no'), ...flags];
    const { code, err } = await run(words);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  it('of networks without batch normalisation need no data', async () => {
    const mlps = [fixture('mlp64_A'), fixture('mlp64_B')];
    const words = ['merge', ...mlps, '--spec', 'mlp:3', '-o', at('mlp'), '--data', 'x.npz'];
    const { code, err } = await run(words);
    expect(code).toBe(2);
    expect(err).toContain('or sinkhorn, --repair and moving statistics');
  });
});
