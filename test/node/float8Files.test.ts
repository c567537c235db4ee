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
import { encodeFloats } from '../../src/io/encodeFloats';
import { float8Values } from '../../src/io/float8Values';
import { fileOf } from '../io/safetensorsBytes';
import { useBackend } from '../support/backend';

await useBackend('cpu');
const folder = mkdtempSync(join(tmpdir(), 'perm-lmc-float8-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

const dtypes = ['F8_E4M3', 'F8_E4M3FNUZ', 'F8_E5M2', 'F8_E5M2FNUZ', 'F8_E8M0'] as const;
type Dtype = (typeof dtypes)[number];

/** A file with the tensor `w` of 16 rows. */
function written(name: string, dtype: Dtype, elements: Uint8Array): string {
  const shape = [16, elements.length / 16];
  const entry = { dtype, shape, data_offsets: [0, elements.length] };
  writeFileSync(at(name), fileOf({ w: entry }, elements));
  return at(name);
}

function dataOf(path: string): Uint8Array {
  const file = readFileSync(path);
  return new Uint8Array(file.subarray(8 + Number(file.readBigUInt64LE(0))));
}

const codes = Uint8Array.from({ length: 256 }, (_, bits) => bits);
const rows = permutationSpec({ w: 'h _' });
const reversed = { h: Int32Array.from({ length: 16 }, (_, i) => 15 - i) };
const identity = { h: Int32Array.from({ length: 16 }, (_, i) => i) };

describe.each(dtypes)('a checkpoint of %s', (dtype) => {
  it('is read as float32, with its 256 values', async () => {
    const { params } = await readSafetensors(written('read', dtype, codes));
    expect(params.w.dtype).toBe('float32');
    expect(Array.from(await params.w.data())).toEqual(Array.from(float8Values(dtype)));
    params.w.dispose();
  });

  it('is permuted bit for bit, NaNs included', async () => {
    const path = written('permute', dtype, codes);
    await permuteFile(rows, path, reversed, at('permuted'), { overwrite: true });
    const expected = codes.map((_, i) => 16 * (15 - (i >> 4)) + (i % 16));
    expect(dataOf(at('permuted'))).toEqual(expected);
  });

  it('has its range and its first value that is not finite in a listing of values', async () => {
    const path = written('inspect', dtype, codes);
    const [{ values }] = (await inspectCheckpoint(path, { values: true })).tensors;
    const all = Array.from(float8Values(dtype));
    const finite = all.filter(Number.isFinite);
    expect(values).toEqual({
      least: Math.min(...finite),
      greatest: Math.max(...finite),
      notFinite: 256 - finite.length,
      firstNotFinite: all.findIndex((value) => !Number.isFinite(value)),
    });
  });

  it('is merged in float64 and rounded once', async () => {
    const values = float8Values(dtype);
    // Numbers of moderate size: 32 codes in the middle of the positive ones.
    const middle = dtype === 'F8_E8M0' ? 110 : 32;
    const a = Uint8Array.from({ length: 32 }, (_, i) => middle + i);
    const b = Uint8Array.from({ length: 32 }, (_, i) => middle + ((7 * i) % 32));
    const paths = [written('a', dtype, a), written('b', dtype, b)];
    const output = at('merged');
    await mergeFiles(rows, paths, [identity], output, { weights: [0.25, 0.75], overwrite: true });
    const means = Float64Array.from(a, (code, i) => 0.25 * values[code] + 0.75 * values[b[i]]);
    expect(dataOf(output)).toEqual(encodeFloats(dtype, means));
  });

  it('is matched with its permuted copy', async () => {
    // Distinct rows of numbers: the code of row r in column c.
    const base = dtype === 'F8_E8M0' ? 120 : 32;
    const b = Uint8Array.from(
      { length: 256 },
      (_, i) => base + (((i >> 4) * 5 + (i % 16) * 3) % 16),
    );
    const a = written('match-b', dtype, b);
    await permuteFile(rows, a, reversed, at('match-a'), { overwrite: true });
    const { permutations } = await weightMatchFiles(rows, at('match-a'), a);
    expect(Array.from(permutations.h)).toEqual(Array.from(reversed.h));
  });
});

it('a mean that only a type without infinities cannot hold is refused', async () => {
  const infinite = Uint8Array.from({ length: 16 }, () => 0x7c);
  const one = Uint8Array.from({ length: 16 }, () => 0x38);
  const paths = [written('finite', 'F8_E4M3', one), written('infinite', 'F8_E5M2', infinite)];
  await expect(mergeFiles(rows, paths, [identity], at('no'))).rejects.toThrow(
    'the mean of tensor "w" is Infinity at flat index 0, which overflows F8_E4M3',
  );
});

it('a mean beyond the greatest number is refused', async () => {
  const great = Uint8Array.from({ length: 16 }, () => 0x7e);
  const paths = [written('great', 'F8_E4M3', great), written('greater', 'F8_E4M3', great)];
  const options = { weights: [1, 1], anyWeights: true };
  await expect(mergeFiles(rows, paths, [identity], at('no'), options)).rejects.toThrow(
    'is 896 at flat index 0, which overflows F8_E4M3',
  );
});
