import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  installedPackage,
  projectFolder,
  readDist,
  root,
  run,
  tarball,
} from '../support/installedPackage';
import { modelBytes, type NodeGiven } from '../support/onnx/modelBytes';

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

beforeAll(installedPackage, 180_000);

const program = `
  const run = async () => {
    await tf.setBackend('cpu');
    const spec = permLmc.mlpSpec(2);
    const params = {
      'dense1/kernel': tf.randomNormal([3, 5], 0, 1, 'float32', 1), 'dense1/bias': tf.zeros([5]),
      'dense2/kernel': tf.randomNormal([5, 2], 0, 1, 'float32', 2), 'dense2/bias': tf.zeros([2]),
    };
    const planted = permLmc.randomPermutations(spec, params, { seed: 1 });
    const { permutations } = await permLmc.weightMatch(spec, permLmc.permute(spec, params, planted), params, { solver: permLmc.munkres });
    await node.writeSafetensors('params.safetensors', params);
    const file = await node.readSafetensors('params.safetensors');
    const refused = await node.writeSafetensors('params.safetensors', params).then(() => false, (error) => error instanceof permLmc.InvalidInputError);
    const curve = { alphas: [0, 1], loss: { values: [0, 1] } };
    const drawn = plots.barrierPlot(curve).startsWith('<svg ');
    let named = false;
    try { plots.barrierPlot(curve, { metric: 'error' }); } catch (error) { named = error instanceof permLmc.InvalidInputError; }
    console.log(JSON.stringify({ drawn, named, found: Array.from(permutations.h1).join() === Array.from(planted.h1).join(), names: Object.keys(file.params).length, refused }));
  };
  run();`;

describe('the package that npm publishes', () => {
  it.each([
    [
      'module',
      'main.mjs',
      `import * as tf from '@tensorflow/tfjs-core'; import '@tensorflow/tfjs-backend-cpu'; import * as permLmc from 'perm-lmc'; import * as node from 'perm-lmc/node'; import * as plots from 'perm-lmc/plots';`,
    ],
    [
      'commonjs',
      'main.cjs',
      `const tf = require('@tensorflow/tfjs-core'); require('@tensorflow/tfjs-backend-cpu'); const permLmc = require('perm-lmc'); const node = require('perm-lmc/node'); const plots = require('perm-lmc/plots');`,
    ],
  ] as const)('runs in an empty project of type %s', (type, file, imports) => {
    const folder = projectFolder(type, type);
    writeFileSync(join(folder, file), imports + program);
    const output = run('node', [file], folder);
    expect(JSON.parse(output.trim().split('\n').at(-1)!)).toEqual({
      drawn: true,
      named: true,
      found: true,
      names: 4,
      refused: true,
    });
  });

  it.each([
    ['index.js', 'index.ts'],
    ['node/index.js', 'node/startThreads.ts'],
    ['plots/index.js', 'plots/barrierPlot.ts'],
  ])('%s is made of the modules of this library, one by one, and of no other', (main, one) => {
    const files = filesOf(main).filter(({ file }) => file !== 'plots/d3.js');
    const sources = files.map(({ text }) =>
      [...text.matchAll(/^\/\/ (\S+\.ts)$/gm)].map(([, source]) => source),
    );
    expect(sources).toContainEqual([`src/${one}`]);
    // A module of exports alone may have no comment.
    files.forEach(({ file }, i) => {
      const own = file.replace(/\.js$/, '.ts');
      expect(sources[i]).toEqual(sources[i].length > 0 ? [`src/${own}`] : []);
    });
  });

  it.each([
    ['index.js', ['@tensorflow/tfjs-core', 'munkres-js']],
    ['index.cjs', ['@tensorflow/tfjs-core', 'munkres-js']],
    // The files have the packages of the figures inside.
    ['plots/index.js', []],
    ['plots/index.cjs', []],
  ])('%s asks for %s, and for nothing of Node', (main, expected) => {
    const request = main.endsWith('.cjs')
      ? /\brequire\(['"]([^'"]+)['"]\)/g
      : /^(?:import|export)\b[^'"]*["']([^"']+)["'];/gm;
    const names = filesOf(main).flatMap(({ text }) =>
      [...text.matchAll(request)].map(([, name]) => name),
    );
    const packages = names.filter((name) => !name.startsWith('.'));
    expect([...new Set(packages)].sort()).toEqual(expected);
  });

  it.each(['index.js', 'index.cjs'])('%s names no module of Node anywhere', (main) => {
    for (const { text } of filesOf(main)) {
      expect(text).not.toMatch(/['"]node:|require\(['"](?:fs|path|os)['"]\)/);
    }
    const all = filesOf(main).map(({ text }) => text);
    expect(all.join('\n')).toContain('@tensorflow/tfjs-core');
  });

  it.each([
    ['node/index.js', /(?:from |import\()["']([^"'.]+)["']/g],
    ['node/index.cjs', /require\(["']([^"'.]+)["']\)/g],
  ])("%s asks for Node's modules with their prefix", (main, request) => {
    const names = filesOf(main).flatMap(({ text }) =>
      [...text.matchAll(request)].map(([, name]) => name),
    );
    expect(names).toContain('node:fs/promises');
    for (const name of names) expect(builtinModules).not.toContain(name);
  });

  it('has a command, which needs no tfjs', () => {
    const project = projectOf('perm-lmc', 'munkres-js');
    const program = join(project, 'node_modules/perm-lmc/dist/node/cli.js');
    const command = (...words: string[]) => run('node', [program, ...words], project);
    expect(command('--version').trim()).toBe(version);
    const checkpoints = ['A', 'B'].map((letter) =>
      join(root, `test/fixtures/mlp64_${letter}.safetensors`),
    );
    const words = ['--spec', 'auto', '--restarts', '2', '--threads', '2'];
    const merged = JSON.parse(command('merge', ...checkpoints, ...words, '-o', 'merged'));
    expect(merged.matches[0].converged).toBe(true);
    const listed = JSON.parse(command('inspect', 'merged', '--values'));
    expect(listed.parameters).toBe(784 * 64 + 64 + 64 * 64 + 64 + 64 * 10 + 10);
    const model = join(root, 'test/fixtures/onnx/lenet_a.onnx');
    for (const words of [
      ['barrier', model, model, '--data', 'x.npz'],
      ['inspect', model],
    ]) {
      const asked = [program, ...words];
      const { status, stderr } = spawnSync('node', asked, { cwd: project, encoding: 'utf8' });
      expect([status, stderr.trim()]).toEqual([
        2,
        'perm-lmc: this needs @tensorflow/tfjs-core, a peer of perm-lmc that is not installed: run npm install @tensorflow/tfjs-core',
      ]);
    }
  });

  it('has a command that brings the backend of tfjs-core, which npm installs', async () => {
    const folder = projectFolder('barrier');
    const ones = { shape: [2, 2], data: [1, 1, 1, 1] };
    const graph = { inputs: { x: { shape: [3, 2] } }, initializers: { w: ones, v: ones } };
    const nodes: NodeGiven[] = [
      ['MatMul', ['x', 'w'], ['h']],
      ['Relu', ['h'], ['r']],
      ['MatMul', ['r', 'v'], ['y']],
    ];
    writeFileSync(join(folder, 'a.onnx'), modelBytes({ ...graph, nodes, outputs: ['y'] }));
    const data = join(root, 'test/fixtures/npz/rows.npz');
    const words = ['barrier', 'a.onnx', 'a.onnx', '--data', data, '--points', '2'];
    const result = JSON.parse(run('npx', ['--no', '--', 'perm-lmc', ...words], folder));
    expect(result).toMatchObject({ backend: 'wasm', samples: 3, loss: 'crossEntropy' });
  });

  it('brings munkres-js and nothing else', () => {
    const text = readFileSync(join(root, 'package.json'), 'utf8');
    const { dependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(text);
    expect(Object.keys(dependencies)).toEqual(['munkres-js']);
    expect(Object.keys(peerDependencies)).toEqual([
      '@tensorflow/tfjs-converter',
      '@tensorflow/tfjs-core',
      '@tensorflow/tfjs-layers',
      'h5wasm',
      'piscina',
    ]);
    expect(peerDependenciesMeta).toEqual({
      '@tensorflow/tfjs-converter': { optional: true },
      '@tensorflow/tfjs-layers': { optional: true },
      h5wasm: { optional: true },
      piscina: { optional: true },
    });
  });

  it.each(['module', 'commonjs'] as const)('without piscina has all but threads, as %s', (type) => {
    const project = projectOf('perm-lmc', 'munkres-js', '@tensorflow');
    const load = (name: string) =>
      type === 'module' ? `await import('${name}')` : `require('${name}')`;
    writeFileSync(join(project, 'package.json'), JSON.stringify({ type }));
    writeFileSync(
      join(project, 'program.js'),
      `async function program() {
        const { startThreads, inspectCheckpoint } = ${load('perm-lmc/node')};
        const { barrierPlot } = ${load('perm-lmc/plots')};
        const file = ${JSON.stringify(join(root, 'test/fixtures/mlp64_A.safetensors'))};
        console.log((await inspectCheckpoint(file)).tensors.length, typeof barrierPlot);
        await startThreads({ count: 2 }).catch((error) => console.log(error.name, error.message));
      }
      program();`,
    );
    expect(run('node', ['program.js'], project).trim().split('\n')).toEqual([
      '6 function',
      'InvalidInputError startThreads: threads need the package piscina, which is not installed. Run `npm install piscina`, or match without threads.',
    ]);
  });

  it('ships what it needs and nothing else', () => {
    const names = run('tar', ['-tzf', tarball()], root)
      .trim()
      .split('\n')
      .map((name) => name.replace(/^package\//, ''));
    for (const needed of [
      'README.md',
      'LICENSE',
      'CHANGELOG.md',
      'package.json',
      'dist/index.js',
      'dist/index.cjs',
      'dist/index.d.ts',
      'dist/index.d.cts',
      'dist/node/index.js',
      'dist/node/index.cjs',
      'dist/node/index.d.ts',
      'dist/node/index.d.cts',
      'dist/plots/index.js',
      'dist/plots/index.cjs',
      'dist/plots/index.d.ts',
      'dist/plots/index.d.cts',
      'dist/node/matchThread.js',
      'dist/node/cli.js',
      'dist/node/pool/worker.js',
      'dist/node/tfjs-backend-wasm-simd.wasm',
      'dist/plots/d3.js',
      'dist/browser/perm-lmc.js',
      'dist/browser/plots.js',
      'dist/browser/tfjs.js',
    ]) {
      expect(names).toContain(needed);
    }
    for (const name of names)
      expect(name).toMatch(/^(dist\/|README\.md$|LICENSE$|CHANGELOG\.md$|package\.json$)/);
  });
});

/** A folder outside of the installed project, with these of its packages alone. */
function projectOf(...names: string[]): string {
  const project = mkdtempSync(join(tmpdir(), 'perm-lmc-alone-'));
  onTestFinished(() => rmSync(project, { recursive: true }));
  for (const name of names) {
    const from = join(projectFolder('alone'), '../node_modules', name);
    const own = join(project, 'node_modules', name);
    // Node looks for the packages that perm-lmc needs beside its real path.
    if (name === 'perm-lmc') cpSync(from, own, { recursive: true });
    else symlinkSync(from, own);
  }
  return project;
}

/** An entry point and all files of the package that it imports. */
function filesOf(
  main: string,
  found = new Map<string, string>(),
): { file: string; text: string }[] {
  if (!found.has(main)) {
    const text = readDist(main);
    found.set(main, text);
    for (const [, path] of text.matchAll(/(?:from |import |require\()["'](\.[^"']+)["']/g)) {
      filesOf(join(dirname(main), path), found);
    }
  }
  return [...found].map(([file, text]) => ({ file, text }));
}
