import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { matchers } from '../../benchmarks/support/matchers';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'perm-lmc-methods-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('npm run bench methods -- --quick', () => {
  it('prints S and the barriers of every matcher on one pair', () => {
    const command = ['node_modules/tsx/dist/cli.mjs', 'scripts/run.ts'].map((file) =>
      join(root, file),
    );
    const { stdout, stderr, status } = spawnSync(
      'node',
      [...command, '--all', 'benchmarks', 'methods', '--quick'],
      { cwd: folder, encoding: 'utf8' },
    );
    expect([stderr, status]).toEqual(['', 0]);
    const rows = stdout.split('\n').map((line) => line.split(/ ?\| ?/).slice(1, -1));
    const names = matchers({
      rounds: 25,
      learning: { steps: 4, batchSize: 100, validationSize: 200 },
    }).map(({ name }) => name);
    const [none, ...others] = names.map((name) => rows.find(([first]) => first === name)!);
    expect(none[1]).toBe('2.2'); // The reference's sum, with the constant terms.
    for (const [, objective, loss, error] of others) {
      expect(Number(objective)).toBeGreaterThan(60);
      expect(Number(loss)).toBeLessThan(0.2 * Number(none[2]));
      expect(Number.parseFloat(error)).toBeLessThan(Number.parseFloat(none[3]));
    }
  });
});
