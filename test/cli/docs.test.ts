import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { permutationSpec, resnetSpec, serializeSafetensors } from 'perm-lmc';
import { permuteFile, readNpz } from 'perm-lmc/node';
import { onnxParams } from 'perm-lmc/onnx';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createProgram } from '../../src/cli/createProgram';
import { sessionOn } from '../../src/cli/sessionOn';
import { onnxPath } from '../node/onnxModels';
import { useBackend } from '../support/backend';
import { readParams } from '../support/fixtures';
import { mlpModel } from '../support/onnx/mlpModel';
import { writeParams } from './checkpoints';
import { run } from './session';
import { writeNpz } from './testSets';

await useBackend('cpu');

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const page = readFileSync(path('docs/command.md'), 'utf8');
const guide = readFileSync(path('docs/from-pytorch.md'), 'utf8');
const blocksOf = (text: string) =>
  [...text.matchAll(/^```sh given=(\w+)\n([\s\S]*?)^```/gm)].map(([, given, code]) => [
    code,
    given,
  ]);
const blocks = blocksOf(page);

/** A ResNet-18 of torchvision's names with few channels. */
async function writeCheckpoint(path: string, seed: number): Promise<void> {
  const { params } = resnetSpec([2, 2, 2, 2], { layout: 'pytorch' });
  const tensors = Object.entries(params)
    .filter(([name]) => !/conv\d\.bias|downsample\.0\.bias/.test(name))
    .map(([name, { axes }], i) => {
      const shape = axes.map((axis) => (axis.kind === 'group' ? 4 : 3));
      if (shape.length === 0) return [name, tf.scalar(1, 'int32')] as const;
      return [name, tf.randomNormal(shape, 0, 1, 'float32', 1000 * seed + i + 1)] as const;
    });
  writeFileSync(path, await serializeSafetensors(Object.fromEntries(tensors)));
  tf.dispose(tensors.map(([, tensor]) => tensor));
}

let folder: string;
const before = process.cwd();
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'perm-lmc-command-docs-'));
  process.chdir(folder);
});

/** Writes what a block of the page needs into the current folder. */
async function give(given: string): Promise<void> {
  if (given === 'checkpoints') {
    await writeCheckpoint('a.safetensors', 1);
    await writeCheckpoint('b.safetensors', 2);
    for (const name of ['a', 'b']) copyFileSync(onnxPath(`lenet_${name}`), `${name}.onnx`);
    return;
  }
  if (given === 'exports') {
    const unchanged = permutationSpec({}, { unlisted: 'fixed' });
    for (const name of ['a', 'b']) {
      const bytes = readFileSync(path(`examples/data/digits_${name}.onnx`));
      const params = onnxParams(bytes);
      writeFileSync(`${name}.onnx`, bytes);
      await writeParams(`${name}.safetensors`, params);
      await permuteFile(unchanged, `${name}.safetensors`, {}, `${name}.pt`);
      tf.dispose(params);
    }
    const digits = await readNpz(path('examples/data/digits_test.npz'));
    const few = tf.tidy(() => ({ x: tf.slice(digits.x, 0, 12), y: tf.slice(digits.y, 0, 12) }));
    for (const name of ['train', 'test']) await writeNpz(`${name}.npz`, few);
    tf.dispose([digits, few]);
    return;
  }
  for (const name of ['a', 'b']) {
    const params = readParams(`mlp64_${name.toUpperCase()}`);
    await writeParams(`${name}.safetensors`, params);
    writeFileSync(`${name}.onnx`, await mlpModel(params, ['fc1', 'fc2', 'fc3']));
    tf.dispose(params);
  }
  const y = tf.tensor1d([1, 2, 3], 'int32');
  await writeNpz('test.npz', { x: tf.ones([3, 784]), y });
}
afterEach(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

async function runBlock(block: string, given: string): Promise<void> {
  await give(given);
  for (const line of block.trim().split('\n')) {
    const [words, target] = line.replace(/^npx perm-lmc /, '').split(' > ');
    const { code, out, err } = await run(words.split(' '));
    expect([code, line.includes('--progress') ? '' : err], line).toEqual([0, '']);
    if (target) writeFileSync(target, out);
  }
}

describe('the guide from PyTorch', () => {
  it('has blocks to run', () => expect(blocksOf(guide).length).toBeGreaterThan(3));

  it.each(blocksOf(guide))('%s', runBlock);
});

describe('the page about the command', () => {
  it('has blocks to run', () => expect(blocks.length).toBeGreaterThan(4));

  it.each(blocks)('%s', runBlock);

  it('names every command and every option of it', () => {
    const silent = { write: () => {} };
    const { signal } = new AbortController();
    const session = sessionOn({ out: silent, err: silent, signal, ask: null });
    for (const command of createProgram(session, () => {}).commands) {
      expect(page).toContain(`## ${command.name()}\n`);
      for (const { long } of command.options) expect(page, long).toContain(long!);
    }
  });
});
