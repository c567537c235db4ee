import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'perm-lmc-package-'));

/** What npm would publish, installed as a user installs it; npm's cache spares the network. */
beforeAll(() => {
  if (!existsSync(join(root, 'dist/index.js'))) run('npm', ['run', 'build'], root);
  run('npm', ['pack', '--pack-destination', folder], root);
  const tarball = join(folder, `perm-lmc-${packageJson().version}.tgz`);
  for (const [kind, type] of [
    ['esm', 'module'],
    ['cjs', 'commonjs'],
  ]) {
    const project = join(folder, kind);
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), JSON.stringify({ name: kind, type }));
    const version = packageJson().devDependencies['@tensorflow/tfjs-core'];
    const tfjs = ['core', 'backend-cpu'].map((name) => `@tensorflow/tfjs-${name}@${version}`);
    run(
      'npm',
      ['install', '--prefer-offline', '--no-audit', '--no-fund', tarball, ...tfjs],
      project,
    );
  }
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true }));

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
      'esm',
      'main.mjs',
      `import * as tf from '@tensorflow/tfjs-core'; import '@tensorflow/tfjs-backend-cpu'; import * as permLmc from 'perm-lmc'; import * as node from 'perm-lmc/node'; import * as plots from 'perm-lmc/plots';`,
    ],
    [
      'cjs',
      'main.cjs',
      `const tf = require('@tensorflow/tfjs-core'); require('@tensorflow/tfjs-backend-cpu'); const permLmc = require('perm-lmc'); const node = require('perm-lmc/node'); const plots = require('perm-lmc/plots');`,
    ],
  ])('runs in an empty %s project', (kind, file, imports) => {
    writeFileSync(join(folder, kind, file), imports + program);
    const output = run('node', [file], join(folder, kind));
    expect(JSON.parse(output.trim().split('\n').at(-1)!)).toEqual({
      drawn: true,
      named: true,
      found: true,
      names: 4,
      refused: true,
    });
  });

  it.each(['index', 'node', 'plots'])('%s is made of this library and of no other', (entry) => {
    const sources = filesOf(`${entry}.js`).flatMap(
      ({ file }): string[] => JSON.parse(readDist(`${file}.map`)).sources,
    );
    expect(sources.length).toBeGreaterThan(0);
    for (const source of sources) expect(source).toMatch(/^\.\.\/src\//);
  });

  it.each([
    ['index.js', ['@tensorflow/tfjs-core', 'munkres-js']],
    ['index.cjs', ['@tensorflow/tfjs-core', 'munkres-js']],
    // The packages of the figures are ES modules: the CommonJS file has them inside.
    ['plots.js', ['d3-scale', 'd3-shape']],
    ['plots.cjs', []],
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
    expect(readDist(main)).toContain('@tensorflow/tfjs-core');
  });

  it('carries the licence of every package that it has inside', () => {
    const licences = readDist('plots.cjs.LICENSE.txt') + readDist('cli.js.LICENSE.txt');
    const text = readDist('plots.cjs') + readDist('cli.js');
    const inside = text.matchAll(/^\/\/ node_modules\/([\w-]+)\//gm);
    const names = new Set([...inside].map(([, name]) => name));
    expect(names).toContain('d3-scale');
    expect(names).toContain('commander');
    for (const name of names) {
      expect(licences).toMatch(
        new RegExp(`^${name}\\n\\n(\\(The MIT License\\)\\n\\n)?Copyright`, 'm'),
      );
    }
  });

  it('has a command, which needs no tfjs', () => {
    const project = join(folder, 'command');
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'command' }));
    const tarball = join(folder, `perm-lmc-${packageJson().version}.tgz`);
    const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--legacy-peer-deps'];
    run('npm', ['install', ...flags, tarball], project);
    expect(existsSync(join(project, 'node_modules/@tensorflow'))).toBe(false);
    const command = (...words: string[]) =>
      run('npx', ['--no', '--', 'perm-lmc', ...words], project);
    expect(command('--version').trim()).toBe(packageJson().version);
    const checkpoints = ['A', 'B'].map((letter) =>
      join(root, `test/fixtures/mlp64_${letter}.safetensors`),
    );
    const words = ['--spec', 'auto', '--restarts', '2', '--threads', '2'];
    const merged = JSON.parse(command('merge', ...checkpoints, ...words, '-o', 'merged'));
    expect(merged.matches[0].converged).toBe(true);
    const listed = JSON.parse(command('inspect', 'merged', '--values'));
    expect(listed.parameters).toBe(784 * 64 + 64 + 64 * 64 + 64 + 64 * 10 + 10);
  });

  it('ships what it needs and nothing else', () => {
    const files = run('npm', ['pack', '--dry-run', '--json'], root);
    const names: string[] = JSON.parse(files.slice(files.indexOf('[')))[0].files.map(
      ({ path }: { path: string }) => path,
    );
    for (const needed of [
      'README.md',
      'LICENSE',
      'CHANGELOG.md',
      'package.json',
      'dist/cli.js',
      'dist/cli.js.LICENSE.txt',
      'dist/matchThread.js',
      'dist/index.js',
      'dist/index.cjs',
      'dist/index.d.ts',
      'dist/index.d.cts',
      'dist/node.js',
      'dist/node.cjs',
      'dist/node.d.ts',
      'dist/node.d.cts',
      'dist/plots.js',
      'dist/plots.cjs',
      'dist/plots.cjs.LICENSE.txt',
      'dist/plots.d.ts',
      'dist/plots.d.cts',
    ]) {
      expect(names).toContain(needed);
    }
    for (const name of names)
      expect(name).toMatch(/^(dist\/|README\.md$|LICENSE$|CHANGELOG\.md$|package\.json$)/);
  });
});

/** A file of the package as it is installed. */
function readDist(file: string): string {
  return readFileSync(join(folder, 'esm/node_modules/perm-lmc/dist', file), 'utf8');
}

/** An entry point and the chunks that it shares with others. */
function filesOf(main: string): { file: string; text: string }[] {
  const chunks = [...readDist(main).matchAll(/['"]\.\/(chunk-[^'"]+)['"]/g)].map(
    ([, name]) => name,
  );
  return [main, ...new Set(chunks)].map((file) => ({ file, text: readDist(file) }));
}

function packageJson(): { version: string; devDependencies: Record<string, string> } {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
}

function run(command: string, args: string[], cwd: string): string {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
