import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { readSafetensors } from 'perm-lmc/node';
import { onnxParams } from 'perm-lmc/onnx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { readParams } from '../support/fixtures';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'perm-lmc-examples-'));

const node = (...args: string[]) =>
  execFileSync('node', [join(root, 'node_modules/tsx/dist/cli.mjs'), ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** Runs an example on the built package, as npm does, and returns what it printed. */
const runExample = (name: string, args: string[]) =>
  node(join(root, 'scripts/run.ts'), 'examples', name, ...args);

/** The examples that run in quick mode, in one process. */
const inQuickMode = [
  ...['quickstart', 'any-model', 'repair', 'model-soup', 'three-networks', 'learned-matching'],
  ...['fold-and-widen', 'onnx', 'spec-by-hand', 'lottery-ticket', 'threads'],
] as const;
type QuickExample = (typeof inQuickMode)[number];
let printed: Record<QuickExample, string>;

beforeAll(() => {
  if (!existsSync(join(root, 'dist/index.js')))
    execFileSync('npm', ['run', 'build'], { cwd: root });
  printed = JSON.parse(node(join(root, 'test/examples/runExamples.ts'), ...inQuickMode));
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true }));

const names = readdirSync(join(root, 'examples'))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -3));
const read = (file: string) => readFileSync(join(root, file), 'utf8');

describe.each(names)('the example %s', (name) => {
  it('says first what one learns and how it is run', () => {
    const comment = /^\/\*\*[\s\S]*?\*\//.exec(read(`examples/${name}.ts`))?.[0];
    expect(comment).toMatch(new RegExp(`^ \\* {5}npm run example ${name}\\b`, 'm'));
    expect(comment!.length).toBeGreaterThan(200);
  });

  it('is run by a test, and described in the guide', () => {
    const isRun = inQuickMode.some((each) => each === name) || name === 'merge-safetensors';
    expect(isRun).toBe(true);
    expect(read('docs/examples.md')).toContain(`[${name}](../examples/${name}.ts)`);
  });
});

describe('examples run', () => {
  it('quickstart: the barrier falls, the figure is written', () => {
    const output = printed.quickstart;
    const barrierOf = (line: string) => Number(new RegExp(`${line}\\s+([\\d.]+)`).exec(output)![1]);
    expect(barrierOf('after alignment')).toBeLessThan(barrierOf('before') / 3);
    const svg = readFileSync(join(folder, 'out/barrier.svg'), 'utf8');
    expect(svg).toMatch(/^<svg[^>]*role="img"/);
    expect(svg).toContain('B aligned to A');
  });

  it('any-model: the spec is derived, and the merged model errs less than the unaligned one', () => {
    const output = printed['any-model'];
    expect(output).toMatch(/dense_5\/kernel +>\(dense_1 \+ dense_4\) 10/);
    const errorOf = (name: string) => Number(new RegExp(`${name} +([\\d.]+) %`).exec(output)![1]);
    expect(errorOf('merged')).toBeLessThan(errorOf('unaligned'));
  });

  it('repair: the repaired average has a lower loss than the aligned one, that than the plain one', () => {
    const output = printed.repair;
    const lossOf = (name: string) => Number(new RegExp(`${name}\\s+([\\d.]+)`).exec(output)![1]);
    expect(lossOf('average, aligned')).toBeLessThan(lossOf('average of A and B'));
    expect(lossOf('average, repaired')).toBeLessThan(lossOf('average, aligned'));
  });

  it('model-soup: the averages of aligned networks err far less than the plain one', () => {
    const output = printed['model-soup'];
    const rows = [...output.matchAll(/^ +\d((?: +[\d.]+ %)+) *$/gm)].map(([, row]) =>
      row.split('%').slice(0, -1).map(Number),
    );
    expect(rows.map(({ length }) => length)).toEqual([2, 3, 3, 3, 3]);
    const [plain, toFirst, jointly] = rows[4];
    expect(toFirst).toBeLessThan(plain / 2);
    expect(jointly).toBeLessThan(plain / 2);
    expect(jointly).toBeLessThan(rows[0][0] + 5);
  });

  it('three-networks: barriers of all pairs fall, also of the one that was not matched', () => {
    const output = printed['three-networks'];
    const rows = [...output.matchAll(/\((direct|indirect)\) +([\d.]+) +([\d.]+)/g)];
    expect(rows.map(([, kind]) => kind)).toEqual(['direct', 'direct', 'indirect']);
    for (const [, , before, after] of rows) expect(Number(after)).toBeLessThan(Number(before) / 4);
    const report = JSON.parse(readFileSync(join(folder, 'out/three-networks.json'), 'utf8'));
    expect(report).toMatchObject({ claim: 'strong', names: ['A', 'B', 'C'] });
    expect(readFileSync(join(folder, 'out/plane-after.svg'), 'utf8')).toMatch(/^<svg/);
  });

  it('learned-matching: the learned permutation has a lower barrier than that of weights', () => {
    const output = printed['learned-matching'];
    const rows = [...output.matchAll(/^(weight matching|straight-through) +[\d.]+ +([\d.]+)$/gm)];
    const [before, after] = rows.map(([, , barrier]) => Number(barrier));
    expect(after).toBeLessThan(before);
    expect(output).toMatch(/loss at the midpoint: [\d.]+ → [\d.]+/);
  });

  it('fold-and-widen: a wider network errs as before, and smaller ones more the smaller they are', () => {
    const output = printed['fold-and-widen'];
    const rows = [...output.matchAll(/^(.+?) +(\d+) \+ (\d+) +([\d.]+) %$/gm)];
    expect(rows.map(([, name]) => name)).toEqual([
      ...['trained', 'widened', 'folded 0.75', 'folded 0.5', 'folded 0.25'],
    ]);
    const units = rows.map(([, , first, second]) => Number(first) + Number(second));
    expect(units).toEqual([128, 192, 96, 64, 32]);
    const [trained, widened, ...folded] = rows.map((row) => Number(row[4]));
    expect(widened).toBe(trained);
    expect(folded[0]).toBeLessThan(2 * trained);
    expect(folded).toEqual([...folded].sort((one, other) => one - other));
  });

  it('onnx: the barrier falls, and the merged file has the names of A', async () => {
    const output = printed.onnx;
    expect(output).toMatch(/^ +fc1\.weight +fc1> >\(conv2 9\)$/m);
    const barrierOf = (line: string) => Number(new RegExp(`${line}\\s+([\\d.]+)`).exec(output)![1]);
    expect(barrierOf('after alignment')).toBeLessThan(barrierOf('before') / 5);
    expect(readFileSync(join(folder, 'out/onnx-barrier.svg'), 'utf8')).toContain('B aligned to A');
    await useBackend('cpu');
    const bytes = (path: string) => new Uint8Array(readFileSync(path));
    const merged = onnxParams(bytes(join(folder, 'out/merged.onnx')));
    const a = onnxParams(bytes(join(root, 'examples/data/digits_a.onnx')));
    expect(Object.keys(merged)).toEqual(Object.keys(a));
    expect(await merged['fc1.weight'].data()).not.toEqual(await a['fc1.weight'].data());
    tf.dispose([merged, a]);
  });

  it('spec-by-hand: the spec is right, the mistake is found, and so is the planted order', () => {
    const output = printed['spec-by-hand'];
    expect(output).toContain('the spec: the outputs stay');
    expect(output).toContain('keys in an order of their own: the outputs change with d and k');
    expect(output).toContain('planted permutations found exactly');
  });

  it("lottery-ticket: the mask is worth more in the other network's order", () => {
    const output = printed['lottery-ticket'];
    const lossOf = (name: string) => Number(new RegExp(`${name} +loss ([\\d.]+)`).exec(output)![1]);
    expect(output).toContain('B, density 12.5 %');
    expect(lossOf("in A's order")).toBeLessThan(lossOf('as it is'));
  });

  it('threads: eight runs end in their own maxima, the same on threads as on one', () => {
    const output = printed.threads;
    const objectives = [...output.matchAll(/run \d: objective ([\d.]+)/g)].map(
      ([, value]) => value,
    );
    expect(new Set(objectives).size).toBe(8);
    expect(output).toContain('the permutations are the same');
  });

  it('merge-safetensors: the merged file has the same names and shapes, and other values', async () => {
    const fixture = (name: string) => join(root, `test/fixtures/mlp64_${name}.safetensors`);
    const output = runExample('merge-safetensors', [
      fixture('A'),
      fixture('B'),
      join(folder, 'merged.safetensors'),
    ]);
    expect(output).toMatch(/alignment of A and B: 0\.011 as they are, 0\.49\d aligned/);
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
    let said = '';
    try {
      runExample('merge-safetensors', [join(root, 'LICENSE')]);
    } catch (error) {
      said = String(error);
    }
    expect(said).toMatch(
      /InvalidInputError: readCheckpoint: '.*LICENSE': this is text that begins/,
    );
    expect(said).not.toMatch(/WasmBackendModule/);
  });

  it('an unknown name says which examples there are', () => {
    expect(() => runExample('nope', [])).toThrow(/examples has no 'nope'; there are: .*quickstart/);
  });
});
