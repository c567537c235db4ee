import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as tf from '@tensorflow/tfjs-core';
import { InvalidInputError } from 'perm-lmc';
import { readNpz } from 'perm-lmc/node';
import { afterAll, describe, expect, it } from 'vitest';
import { npyBytes, npyText } from '../io/npyBytes';
import { type ZipFile, zipBytes } from '../io/zipBytes';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';

await useBackend('cpu');

/** A file that NumPy 2.4.6 wrote. */
const written = (name: string) =>
  fileURLToPath(new URL(`../fixtures/npz/${name}.npz`, import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'perm-lmc-npz-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(files: readonly ZipFile[]): string {
  const path = join(folder, 'file.npz');
  writeFileSync(path, zipBytes(files));
  return path;
}

const plain = (value: tf.Tensor) => ({
  dtype: value.dtype,
  shape: value.shape,
  values: Array.from(value.dataSync()),
});
const range = (length: number, of: (i: number) => number) =>
  Array.from({ length }, (_, i) => of(i));

describe('readNpz', () => {
  const signed = range(6, (i) => i - 3);
  const unsigned = range(6, (i) => i);

  it('reads every type of NumPy and both byte orders', async () => {
    const arrays = await readNpz(written('arrays'));
    for (const [name, array] of Object.entries(arrays)) {
      const [, kind] = /^(?:big_)?([fiu])\d$/.exec(name) ?? [];
      if (kind === undefined) continue;
      const dtype = kind === 'f' ? 'float32' : 'int32';
      const values = kind === 'u' ? unsigned : signed;
      expect(plain(array), name).toEqual({ dtype, shape: [2, 3], values });
    }
    expect(Object.keys(arrays).length).toBe(28);
    expect(plain(arrays.b1)).toEqual({ dtype: 'bool', shape: [2, 3], values: [1, 0, 1, 0, 1, 0] });
    expect(plain(arrays.line).values).toEqual(range(24, (i) => i / 8));
    // 1e-7 is stored as 2 · 2⁻²⁴, a subnormal half.
    expect(plain(arrays.fractions).values).toEqual([0.5, -0.25, 2 ** -23, 65504]);
  });

  it('reads axes in the order of Fortran', async () => {
    const { fortran, fortran_big, fortran_b1 } = await readNpz(written('arrays'));
    const values = range(24, (i) => i);
    expect(plain(fortran)).toEqual({ dtype: 'float32', shape: [2, 3, 4], values });
    expect(plain(fortran_big)).toEqual({ dtype: 'int32', shape: [4, 6], values });
    expect(plain(fortran_b1).values).toEqual(values.map((i) => (i % 5 === 0 ? 1 : 0)));
  });

  it('reads scalars and empty arrays', async () => {
    const { scalar, empty } = await readNpz(written('arrays'));
    expect(plain(scalar)).toEqual({ dtype: 'float32', shape: [], values: [7.5] });
    expect(plain(empty)).toEqual({ dtype: 'float32', shape: [0, 3], values: [] });
  });

  it('reads compressed arrays', async () => {
    const { x, y } = await readNpz(written('compressed'));
    expect(plain(x)).toEqual({
      dtype: 'float32',
      shape: [64, 8],
      values: range(512, (i) => (i % 13) / 4),
    });
    expect(plain(y)).toEqual({ dtype: 'int32', shape: [64], values: range(64, (i) => i % 3) });
  });

  it.each([
    ['text', 'holds no numbers'],
    ['objects', 'holds no numbers'],
    ['fields', 'not understood'],
  ])('refuses an array of %s', async (name, message) => {
    await expect(readNpz(written(name))).rejects.toThrow(message);
  });

  const values = new Uint8Array(Float32Array.of(1, 2).buffer);
  const array = npyBytes(npyText('<f4', '(2,)'), values);
  it.each<[string, ZipFile[], string]>([
    ['an array with too few values', [{ name: 'x.npy', data: array.slice(0, -1) }], 'holds 7'],
    [
      'a huge shape over few values',
      [{ name: 'x.npy', data: npyBytes(npyText('<f4', '(4294967296, 4294967296)'), values) }],
      'but the file holds 8',
    ],
    ['another file', [{ name: 'readme.txt', data: array }], "'readme.txt', which is not an array"],
    ['a name that no record holds', [{ name: '__proto__.npy', data: array }], '__proto__'],
    [
      'more than the archive states',
      [{ name: 'x.npy', data: array, deflated: true, size: 20 }],
      'does not unpack',
    ],
    [
      'less than the archive states',
      [{ name: 'x.npy', data: array, deflated: true, size: array.length + 1 }],
      'where the archive states',
    ],
    ['a wrong checksum', [{ name: 'x.npy', data: array, checksum: 1 }], 'checksum'],
  ])('refuses %s, and names the file', async (_, files, message) => {
    const path = write([{ name: 'first.npy', data: array }, ...files]);
    await expectNoLeak(async () => {
      const error = await readNpz(path).catch((reason) => reason);
      expect(error).toBeInstanceOf(InvalidInputError);
      expect(error.message).toContain(message);
      expect(error.message).toMatch(new RegExp(`^readNpz: '${path}': `));
    });
  });

  it('makes no offsets for an empty array of a huge shape', async () => {
    const data = npyBytes(npyText('<f4', '(4294967296, 0)', 'True'));
    const { x } = await readNpz(write([{ name: 'x.npy', data }]));
    expect(x.shape).toEqual([4294967296, 0]);
  });

  it('refuses an integer that does not fit in int32, by name', async () => {
    const data = npyBytes(npyText('<i8', '()'), new Uint8Array(BigInt64Array.of(2n ** 40n).buffer));
    await expect(readNpz(write([{ name: 'y.npy', data }]))).rejects.toThrow(
      'does not fit in int32',
    );
  });

  it('ends at an abort', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(readNpz(written('compressed'), { signal })).rejects.toThrow('enough');
  });
});
