import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import {
  activationMatch,
  average,
  type Params,
  parsePermutations,
  parseSafetensors,
  permute,
  repair,
  serializeSafetensors,
  weightMatch,
} from 'perm-lmc';
import { onnxParams } from 'perm-lmc/onnx';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { fixtures, readParams } from '../support/fixtures';
import { expectNoLeak, expectSameParams } from '../support/invariants';
import { mlpModel } from '../support/onnx/mlpModel';
import { fixture, temporaryFolder } from './checkpoints';
import { run } from './session';
import { writeNpz } from './testSets';

await useBackend('wasm');
const at = temporaryFolder();
const [{ spec, forward, data }] = fixtures;
const [a, b] = [readParams('mlp64_A'), readParams('mlp64_B')];
const files = [fixture('mlp64_A'), fixture('mlp64_B')];
const x = tf.tidy(() => tf.slice(data().x, 0, 300));
const onData = ['--spec', 'mlp:3', '--forward', at('a.onnx'), '--data', at('x.npz')];

beforeAll(async () => {
  writeFileSync(at('a.onnx'), await mlpModel(a, ['fc1', 'fc2', 'fc3']));
  await writeNpz(at('x.npz'), { x });
});

const paramsIn = (path: string) => parseSafetensors(readFileSync(path)).params;

/** The repaired mean of A and an aligned B, as the library computes it. */
async function repairedMean(aligned: Params, weights = [0.5, 0.5]): Promise<Params> {
  const mean = average([a, aligned], { weights });
  return repair(mean, [a, aligned], { forward, inputs: x, weights });
}

describe('--method activations', () => {
  it('aligns as activationMatch does, without labels', async () => {
    const words = ['align', ...files, ...onData, '--method', 'activations', '--kernel', 'cosine'];
    const { code, err } = await run([...words, '-o', at('found.json')]);
    expect([code, err]).toEqual([0, '']);
    const options = { forward, inputs: x, kernel: 'cosine' } as const;
    const { permutations } = await activationMatch(spec, a, b, options);
    expect(parsePermutations(readFileSync(at('found.json'), 'utf8'))).toEqual(permutations);
  });

  it('merges by the permutations of activationMatch', async () => {
    const words = ['merge', ...files, ...onData, '--method', 'activations'];
    const { code, err } = await run([...words, '-o', at('mean.safetensors')]);
    expect([code, err]).toEqual([0, '']);
    const { permutations } = await activationMatch(spec, a, b, { forward, inputs: x });
    const mean = average([a, permute(spec, b, permutations)]);
    await expectSameParams(paramsIn(at('mean.safetensors')), mean, 1e-6);
  });
});

describe('merge --repair', () => {
  it('writes the repaired mean', async () => {
    const output = at('repaired.safetensors');
    const { code, out, err } = await run(['merge', ...files, ...onData, '--repair', '-o', output]);
    expect([code, err]).toEqual([0, '']);
    expect(JSON.parse(out).repaired.sort()).toEqual(
      ['fc1.bias', 'fc1.weight', 'fc2.bias', 'fc2.weight'].sort(),
    );
    const { permutations } = await weightMatch(spec, a, b, { engine: 'packed' });
    const expected = await repairedMean(permute(spec, b, permutations));
    await expectSameParams(paramsIn(output), expected, 1e-5);
  });

  it('takes weights, and repairs in the stored type', async () => {
    const halves = at('halves.safetensors');
    // Stored as bfloat16: the upper halves of float32.
    const bytes = await serializeSafetensors(a);
    writeFileSync(halves, bfloat16(bytes));
    const output = at('mixed.safetensors');
    const flags = ['--alpha', '0.25', '--repair', '--batch-size', '100', '-o', output];
    const { code, err } = await run(['merge', halves, files[1], ...onData, ...flags]);
    expect([code, err]).toEqual([0, '']);
    const header = readFileSync(output).subarray(8, 200).toString('latin1');
    expect(header).toContain('"dtype":"BF16"');
    const { permutations } = await weightMatch(spec, paramsIn(halves), b, { engine: 'packed' });
    const expected = await repairedMean(permute(spec, b, permutations), [0.75, 0.25]);
    await expectSameParams(paramsIn(output), expected, 0.02);
  });

  it('writes the repaired mean of ONNX files as an ONNX file', async () => {
    writeFileSync(at('b.onnx'), await mlpModel(b, ['fc1', 'fc2', 'fc3']));
    const output = at('repaired.onnx');
    const flags = ['--data', at('x.npz'), '--repair', '-o', output];
    const { code, err } = await run(['merge', at('a.onnx'), at('b.onnx'), ...flags]);
    expect([code, err]).toEqual([0, '']);
    const { permutations } = await weightMatch(spec, a, b, { engine: 'packed' });
    const expected = await repairedMean(permute(spec, b, permutations));
    await expectSameParams(onnxParams(readFileSync(output)), expected, 1e-5);
  });

  it('leaves the output and no other file, also when it fails', async () => {
    const before = readdirSync(at('.'));
    const output = at('alone.safetensors');
    const words = ['merge', ...files, ...onData, '--repair', '-o', output];
    await expectNoLeak(() => run(words));
    expect(readdirSync(at('.')).sort()).toEqual([...before, 'alone.safetensors'].sort());
    const lacking = [...words, '--force', '--network-output', 'none'];
    expect((await run(lacking)).code).toBe(2);
    expect(readdirSync(at('.')).sort()).toEqual([...before, 'alone.safetensors'].sort());
  });
});

describe('flags that do not fit each other', () => {
  it.each<[string[], string]>([
    [
      ['align', ...files, '--spec', 'mlp:3', '--method', 'activations'],
      'needs samples: pass --data',
    ],
    [['merge', ...files, '--spec', 'mlp:3', '--repair', '-o', at('x')], '--repair needs samples'],
    [
      ['align', ...files, ...onData, '-o', at('x')],
      'straight-through or sinkhorn: pass one of them',
    ],
    [
      ['align', ...files, ...onData, '--method', 'activations', '--search', '2', '-o', at('x')],
      '--method activations takes no --search',
    ],
    [
      ['merge', ...files, ...onData, '--repair', '--any-weights', '-o', at('x')],
      '--repair is for a mean',
    ],
    [
      ['merge', ...files, files[0], ...onData, '--method', 'activations', '-o', at('x')],
      'or add --to-first',
    ],
  ])('%j', async (words, message) => {
    const { code, err } = await run(words);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});

/** The bytes of a safetensors file of F32, with its values cut to BF16. */
function bfloat16(file: Uint8Array): Uint8Array {
  const length = Number(new DataView(file.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)));
  const values = new Uint16Array(file.slice(8 + length).buffer).filter((_, i) => i % 2 === 1);
  for (const entry of Object.values(header) as { dtype: string; data_offsets: number[] }[]) {
    entry.dtype = 'BF16';
    entry.data_offsets = entry.data_offsets.map((offset) => offset / 2);
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const size = new Uint8Array(new BigUint64Array([BigInt(text.length)]).buffer);
  return Buffer.concat([size, text, new Uint8Array(values.buffer)]);
}
