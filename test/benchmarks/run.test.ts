import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'perm-lmc-run-'));
const said = (name: string) =>
  `console.log('${name}', process.argv.slice(2).join(), process.pid);\n`;
writeFileSync(join(folder, 'broken.ts'), `${said('broken')}throw new Error('as expected');\n`);
writeFileSync(join(folder, 'first.ts'), said('first'));
writeFileSync(join(folder, 'second.ts'), said('second'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The output of scripts/run.ts for the folder, and its exit status. */
function run(before: string[], ...after: string[]) {
  const command = [
    join(root, 'node_modules/tsx/dist/cli.mjs'),
    join(root, 'scripts/run.ts'),
    ...before,
    relative(root, folder),
    ...after,
  ];
  return spawnSync('node', command, { encoding: 'utf8' });
}

describe('scripts/run.ts', () => {
  it('runs the script of a name with what follows', () => {
    const { stdout, status } = run(['--all'], 'second', '--large', '7');
    expect(stdout).toMatch(/^second --large,7 \d+\n$/);
    expect(status).toBe(0);
  });

  it('--all without a name runs all, each in its own process, and tells which failed', () => {
    const { stdout, stderr, status } = run(['--all']);
    expect(stdout.match(/^## \w+$/gm)).toEqual(['## broken', '## first', '## second']);
    const processes = [...stdout.matchAll(/^\w+ {2}(\d+)$/gm)].map(([, id]) => id);
    expect(new Set(processes).size).toBe(3);
    expect(stderr).toContain('as expected');
    expect(stderr).toContain('broken failed');
    expect(status).toBe(1);
  });

  it('--list prints the names', () => {
    const { stdout, status } = run(['--all'], '--list');
    expect(stdout).toBe('broken\nfirst\nsecond\n');
    expect(status).toBe(0);
  });

  it('without --all no name, as an unknown one, says which there are', () => {
    for (const name of [[], ['third']]) {
      const { stderr, status } = run([], ...name);
      expect(stderr).toMatch(/there are: broken, first, second/);
      expect(status).toBe(1);
    }
  });
});
