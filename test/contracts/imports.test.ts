import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const src = fileURLToPath(new URL('../../src/', import.meta.url));

/** Each step may import from the steps before it and from its own room, never sideways or upwards. */
const steps = [
  ['permutation', 'params'],
  ['spec', 'assignment'],
  ['matching', 'merging', 'pruning', 'io'],
  ['metrics'],
  ['plots'],
  ['node'],
  ['cli'],
];
/** Small cross-cutting files at the root of src, open to every room. */
const commons = ['device', 'errors', 'lostDevice', 'progress', 'random', 'read', 'wasm'];

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.d.ts'),
);

/** What a file imports: files of src relative to it, and packages. */
function importsOf(file: string): { local: string[]; packages: string[] } {
  const text = readFileSync(join(src, file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  const specifiers = [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)\b[^'"`;]*?from\s*'([^']+)'|(?:^|\n)\s*import\s*'([^']+)'|import\(\s*'([^']+)'\s*\)/g,
    ),
  ].map((m) => m[1] ?? m[2] ?? m[3]);
  const local = specifiers
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => resolve(file, specifier));
  return { local, packages: specifiers.filter((specifier) => !specifier.startsWith('.')) };
}

function resolve(from: string, specifier: string): string {
  const path = normalize(join(dirname(from), specifier));
  const found = [`${path}.ts`, join(path, 'index.ts')].find((candidate) =>
    files.includes(candidate),
  );
  if (!found) throw new Error(`${from} imports ${specifier}, which is no file of src`);
  return found;
}

const roomOf = (file: string) =>
  file.includes('/') ? file.split('/')[0] : file.replace(/\.ts$/, '');

describe('the house', () => {
  it('has only the rooms of its plan, and small common files at the root', () => {
    const rooms = new Set(files.map(roomOf));
    for (const room of rooms) expect([...steps.flat(), ...commons, 'index']).toContain(room);
  });

  it.each(files)('%s imports in the one direction', (file) => {
    const room = roomOf(file);
    const own = steps.findIndex((step) => step.includes(room));
    for (const imported of importsOf(file).local) {
      const other = roomOf(imported);
      const allowed =
        file === 'index.ts' ||
        other === room ||
        commons.includes(other) ||
        (own >= 0 &&
          steps.findIndex((step) => step.includes(other)) < own &&
          steps.some((step) => step.includes(other)));
      expect(allowed, `${file} imports ${imported}`).toBe(true);
    }
  });

  it.each(files)('%s imports no package but those of its room', (file) => {
    const allowed = ['@tensorflow/tfjs-core', 'munkres-js'];
    for (const name of importsOf(file).packages) {
      const fromNode = roomOf(file) === 'node' && /^node:|^piscina$/.test(name);
      const forCommand = roomOf(file) === 'cli' && /^node:|^commander$/.test(name);
      const forPlots = roomOf(file) === 'plots' && ['d3-scale', 'd3-shape'].includes(name);
      expect(
        allowed.includes(name) || fromNode || forCommand || forPlots,
        `${file} imports ${name}`,
      ).toBe(true);
      if (['permutation', 'assignment', 'plots', 'cli'].includes(roomOf(file)))
        expect(name).not.toBe('@tensorflow/tfjs-core');
    }
  });

  it('reads the values of tensors in one place', () => {
    const reading = files.filter((file) =>
      /\.(data|bytes|array|buffer)(<[^>]*>)?\(\)/.test(
        readFileSync(join(src, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, ''),
      ),
    );
    expect(reading).toEqual(['read.ts']);
  });

  it('has no cycle of imports', () => {
    const state = new Map<string, 'open' | 'done'>();
    const visit = (file: string, path: string[]): void => {
      if (state.get(file) === 'done') return;
      if (state.get(file) === 'open') throw new Error(`a cycle: ${[...path, file].join(' → ')}`);
      state.set(file, 'open');
      for (const imported of importsOf(file).local) visit(imported, [...path, file]);
      state.set(file, 'done');
    };
    for (const file of files) visit(file, []);
  });

  it('never prints, reads synchronously, draws unseeded numbers or touches the backend', () => {
    const forbidden =
      /console\.|dataSync|arraySync|Math\.random|setBackend|registerBackend|process\.stdout/;
    // The program's own file alone hands its streams on.
    for (const file of files.filter((each) => each !== 'cli/main.ts')) {
      const code = readFileSync(join(src, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
      expect(forbidden.exec(code)?.[0], relative(src, join(src, file))).toBeUndefined();
    }
  });
});
