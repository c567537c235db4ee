import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openCells } from '../../../examples/paper/support/cells';

const folder = mkdtempSync(join(tmpdir(), 'perm-lmc-cells-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'cells.jsonl');

describe('openCells', () => {
  it('has the cells of complete lines, and drops what comes after them', () => {
    writeFileSync(path, '["a: x",1]\n["b: y",{"z":2}]\n["a: half');
    const cells = openCells(path);
    expect(cells('a').finished).toEqual({ x: 1 });
    expect(cells('b').finished).toEqual({ y: { z: 2 } });
    cells<number>('a').onCell('w', 3);
    expect(readFileSync(path, 'utf8')).toBe('["a: x",1]\n["b: y",{"z":2}]\n["a: w",3]\n');
  });

  it.each(['{', '5', '["a: x"]', '[1,2]', '["a: x",null]', ''])(
    'names the line that is no cell: %s',
    (line) => {
      writeFileSync(path, `["a: x",1]\n${line}\n`);
      expect(() => openCells(path)).toThrow(`${path}:2 is not a cell; remove the line`);
    },
  );
});
