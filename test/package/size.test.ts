import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../support/installedPackage';

interface Check {
  readonly name: string;
  readonly limit: string;
}

const { default: checks }: { default: Check[] } = await import(join(root, '.size-limit.js'));
const page = readFileSync(join(root, 'docs/package.md'), 'utf8');
const rows = [...page.matchAll(/^\| (.*?) +\| +([\d.]+) +\| +([\d.]+) +\|$/gm)].map(
  ([, name, measured, limit]) => ({ name, measured: Number(measured), limit: Number(limit) }),
);

it('the core has the limit that the README promises', () => {
  expect(checks.find(({ name }) => name === 'the core')?.limit).toBe('66 kB');
});

it('the docs have a row for every limit, close above what was measured', () => {
  expect(rows.map(({ name, limit }) => ({ name, limit: `${limit} kB` }))).toEqual(
    checks.map(({ name, limit }) => ({ name, limit })),
  );
  for (const { name, measured, limit } of rows) {
    expect(measured, name).toBeLessThanOrEqual(limit);
    expect(limit - measured, name).toBeLessThanOrEqual(0.11 * measured);
  }
});
