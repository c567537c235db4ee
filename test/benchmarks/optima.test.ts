import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { weightMatch } from 'perm-lmc';
import { afterAll, describe, expect, it } from 'vitest';
import { linearObjective } from '../../benchmarks/support/linearObjective';
import { matchMethods } from '../../benchmarks/support/matchMethods';
import { markdownHead, markdownRow } from '../../benchmarks/support/table';
import { useBackend } from '../support/backend';
import { plantedCases, plantedPair } from '../support/plantedNetworks';

await useBackend('cpu');

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'perm-lmc-optima-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('linearObjective', () => {
  // A network without moving statistics, and one that has them.
  it.each([plantedCases[1], plantedCases[5]])(
    'is the objective of weight matching, $family.name',
    async (planted) => {
      const { a, b, solution } = plantedPair(planted, 1);
      const { spec } = planted.family;
      const before = tf.memory().numTensors;
      const { permutations, objective, history } = await weightMatch(spec, a, b, {
        initial: solution,
      });
      const ours = await linearObjective(spec, a, b, solution);
      expect(Math.abs(ours / history[0] - 1)).toBeLessThan(1e-6);
      const found = await linearObjective(spec, a, b, permutations);
      expect(Math.abs(found / objective - 1)).toBeLessThan(1e-6);
      expect(tf.memory().numTensors).toBe(before);
      tf.dispose([a, b]);
    },
  );
});

describe('tables in Markdown', () => {
  it('have a head, a rule and rows', () => {
    expect(markdownHead('network', 'S')).toBe('| network | S |\n| --- | --- |');
    expect(markdownRow('MLP', '88.7')).toBe('| MLP | 88.7 |');
  });
});

describe('npm run bench optima -- --quick', () => {
  it('prints a table of planted permutations and one of trained networks', () => {
    const command = ['node_modules/tsx/dist/cli.mjs', 'scripts/run.ts'].map((file) =>
      join(root, file),
    );
    const { stdout, stderr, status } = spawnSync(
      'node',
      [...command, '--all', 'benchmarks', 'optima', '--quick'],
      { cwd: folder, encoding: 'utf8' },
    );
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const rows = stdout.split('\n').map((line) => line.split(/ ?\| ?/).slice(1, -1));
    const rowOf = (name: string) => rows.find(([first]) => first === name)!;
    const names = matchMethods.map(({ name }) => name);
    expect(rowOf('network').slice(1)).toEqual(names);
    expect(rowOf('residual')).toHaveLength(1 + names.length);
    for (const cell of rowOf('residual').slice(1)) expect(cell).toMatch(/^[012] \(\d+\)$/);
    // Without noise, units of equal activations are those of equal weights.
    expect(rowOf('residual').at(-1)).toMatch(/^2 /);

    const objectives = ['unmatched', ...names].map((name) => Number(rowOf(name)[1]));
    expect(objectives[0]).toBeCloseTo(2.2, 1); // The reference's sum, with the constant terms.
    expect(Math.max(...objectives)).toBeCloseTo(88.73, 1);
    const best = objectives.indexOf(Math.max(...objectives));
    expect(rowOf(['unmatched', ...names][best])[2]).toBe('0.00 %');
  });
});
