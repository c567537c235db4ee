import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { readSafetensors } from 'perm-lmc/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { readParams } from '../support/fixtures';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'perm-lmc-examples-'));

/** Runs an example on the built package and returns what it printed. */
function runExample(name: string, args: string[] = []): string {
  const command = [
    join(root, 'node_modules/tsx/dist/cli.mjs'),
    join(root, 'scripts/run.ts'),
    'examples',
    name,
    ...args,
  ];
  return execFileSync('node', command, {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

beforeAll(() => {
  if (!existsSync(join(root, 'dist/index.js')))
    execFileSync('npm', ['run', 'build'], { cwd: root });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

describe('examples run', () => {
  it('quickstart: the barrier falls, the figure is written', () => {
    const output = runExample('quickstart', ['--quick']);
    const barrierOf = (line: string) => Number(new RegExp(`${line}\\s+([\\d.]+)`).exec(output)![1]);
    expect(barrierOf('after alignment')).toBeLessThan(barrierOf('before') / 3);
    const svg = readFileSync(join(folder, 'out/barrier.svg'), 'utf8');
    expect(svg).toMatch(/^<svg[^>]*role="img"/);
    expect(svg).toContain('B aligned to A');
  });

  it('any-model: the spec is derived, and the merged model errs less than the unaligned one', () => {
    const output = runExample('any-model', ['--quick']);
    expect(output).toMatch(/dense_5\/kernel +\(dense_1 \+ dense_4\) 10/);
    const errorOf = (name: string) => Number(new RegExp(`${name} +([\\d.]+) %`).exec(output)![1]);
    expect(errorOf('merged')).toBeLessThan(errorOf('unaligned'));
  });

  it('repair: the repaired average has a lower loss than the aligned one, that than the plain one', () => {
    const output = runExample('repair', ['--quick']);
    const lossOf = (name: string) => Number(new RegExp(`${name}\\s+([\\d.]+)`).exec(output)![1]);
    expect(lossOf('average, aligned')).toBeLessThan(lossOf('average of A and B'));
    expect(lossOf('average, repaired')).toBeLessThan(lossOf('average, aligned'));
  });

  it('merge-safetensors: the merged file has the same names and shapes, and other values', async () => {
    const fixture = (name: string) => join(root, `test/fixtures/mlp64_${name}.safetensors`);
    const output = runExample('merge-safetensors', [
      fixture('A'),
      fixture('B'),
      join(folder, 'merged.safetensors'),
    ]);
    expect(output).toMatch(/similarity of A and B: 2\.20 as they are, 8\d\.\d\d aligned/);
    await useBackend('cpu');
    const a = readParams('mlp64_A');
    const { params } = await readSafetensors(join(folder, 'merged.safetensors'));
    expect(Object.keys(params).sort()).toEqual(Object.keys(a).sort());
    for (const [name, tensor] of Object.entries(params))
      expect(tensor.shape).toEqual(a[name].shape);
    expect(await params['fc1.bias'].data()).not.toEqual(await a['fc1.bias'].data());
    tf.dispose([a, params]);
  });

  it('merge-safetensors with a file that is none says so, and nothing else', () => {
    const work = () => runExample('merge-safetensors', [join(root, 'LICENSE')]);
    expect(work).toThrow(/InvalidInputError: readSafetensors\('.*LICENSE'\): the first 8 bytes/);
    expect(work).not.toThrow(/WasmBackendModule/);
  });

  it('an unknown name says which examples there are', () => {
    expect(() => runExample('nope')).toThrow(/examples has no 'nope'; there are: .*quickstart/);
  });
});
