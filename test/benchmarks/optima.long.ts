import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { matchMethods } from '../../benchmarks/support/matchMethods';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'perm-lmc-optima-'));
afterAll(() => rmSync(folder, { recursive: true }));

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
