import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { permutationSpec } from 'perm-lmc';
import {
  inspectCheckpoint,
  mergeFiles,
  permuteFile,
  readSafetensors,
  weightMatchFiles,
} from 'perm-lmc/node';
import { afterAll, describe, expect, it } from 'vitest';
import { fileOf } from '../io/safetensorsBytes';

const folder = mkdtempSync(join(tmpdir(), 'perm-lmc-types-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

/** Every type whose values are not read, with its bits. */
const types = [
  ['C64', 64],
  ['F6_E2M3', 6],
  ['F6_E3M2', 6],
  ['F4', 4],
] as const;

/** A file with the tensor `w`, whose bytes count up from 1. */
function written(name: string, dtype: string, shape: readonly number[], bits: number): string {
  const bytes = (shape.reduce((size, length) => size * length, 1) * bits) / 8;
  const data = Uint8Array.from({ length: bytes }, (_, i) => i + 1);
  writeFileSync(at(name), fileOf({ w: { dtype, shape, data_offsets: [0, bytes] } }, data));
  return at(name);
}

/** The bytes of the one tensor of a file. */
function dataOf(path: string): number[] {
  const file = readFileSync(path);
  return [...file.subarray(8 + Number(file.readBigUInt64LE(0)))];
}

const p = { h: Int32Array.of(2, 0, 1) };
const rows = permutationSpec({ w: 'h _' });

describe('a tensor whose values are not read', () => {
  it.each(types)('of %s is listed and permuted bit for bit', async (dtype, bits) => {
    const path = written('in', dtype, [3, 4], bits);
    const { tensors } = await inspectCheckpoint(path, { values: true });
    const bytes = (12 * bits) / 8;
    expect(tensors).toEqual([{ name: 'w', dtype, shape: [3, 4], size: 12, bytes }]);
    await permuteFile(rows, path, p, at('out'), { overwrite: true });
    // Row u of the result is row p[u]: rows of bytes/3 bytes each.
    const row = bytes / 3;
    const expected = [2, 0, 1].flatMap((u) =>
      Array.from({ length: row }, (_, i) => u * row + i + 1),
    );
    expect(dataOf(at('out'))).toEqual(expected);
  });

  it('of 8 bytes is permuted on its last axis', async () => {
    const path = written('bytes', 'C64', [2, 3], 64);
    await permuteFile(permutationSpec({ w: '_ h' }), path, p, at('last'));
    const starts = [3, 1, 2, 6, 4, 5].map((element) => 8 * (element - 1) + 1);
    const eight = (start: number) => Array.from({ length: 8 }, (_, i) => start + i);
    expect(dataOf(at('last'))).toEqual(starts.flatMap(eight));
  });

  it('of half a byte is permuted where rows are whole bytes, several axes behind', async () => {
    // 3 × 2 × 2 × 2 of 4 bits: 4 bytes for each unit; [2, 0, 1] on the first axis, then 2 × 2 behind it.
    const path = written('half', 'F4', [2, 3, 2, 2], 4);
    await permuteFile(permutationSpec({ w: '_ h _ _' }), path, p, at('half-out'));
    expect(dataOf(at('half-out'))).toEqual([5, 6, 1, 2, 3, 4, 11, 12, 7, 8, 9, 10]);
  });

  it('of half a byte is permuted on two axes at once, flattened too', async () => {
    const q = { g: Int32Array.of(1, 0), h: Int32Array.of(2, 0, 1) };
    const path = written('two', 'F4', [2, 6, 2], 4);
    await permuteFile(permutationSpec({ w: 'g (h 2) _' }), path, q, at('two-out'));
    // 6 bytes a row; the second row first, its pairs of bytes in the order 2, 0, 1.
    expect(dataOf(at('two-out'))).toEqual([11, 12, 7, 8, 9, 10, 5, 6, 1, 2, 3, 4]);
  });

  it.each([
    ['on its last axis', '_ h', [2, 3], 3],
    ['where a row ends within a byte', 'h _', [2, 3], 2],
  ] as const)('of half a byte is refused %s', async (_, pattern, shape, units) => {
    const path = written('refused', 'F4', shape, 4);
    const identity = { h: Int32Array.from({ length: units }, (__, i) => i) };
    await expect(
      permuteFile(permutationSpec({ w: pattern }), path, identity, at('no')),
    ).rejects.toThrow(/tensor "w" is F4, 4 bits an element, and axis \d .* no whole bytes/);
  });

  it('is refused by name where its values are needed', async () => {
    const path = written('values', 'F4', [3, 4], 4);
    const message = /"w" has dtype "F4", which cannot be read as numbers: .* share a byte/;
    await expect(readSafetensors(path)).rejects.toThrow(message);
    await expect(mergeFiles(rows, [path, path], [p], at('no'))).rejects.toThrow(message);
    await expect(weightMatchFiles(rows, path, path)).rejects.toThrow(
      "parameter 'w' is F4, but weights are compared as float32",
    );
  });
});
