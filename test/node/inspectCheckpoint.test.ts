import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspectCheckpoint } from 'perm-lmc/node';
import { afterAll, describe, expect, it } from 'vitest';
import { encodeFloats } from '../../src/io/encodeFloats';
import { fileOf } from '../io/safetensorsBytes';

const folder = mkdtempSync(join(tmpdir(), 'perm-lmc-inspect-'));
afterAll(() => rmSync(folder, { recursive: true }));

const path = join(folder, 'in.safetensors');
const halves = encodeFloats('F16', Float64Array.of(1, -2, Number.NaN, Infinity, 0.5, 3));
const doubles = encodeFloats('F64', Float64Array.of(1e300, Number.NaN));
const header = {
  __metadata__: { format: 'pt' },
  half: { dtype: 'F16', shape: [2, 3], data_offsets: [0, 12] },
  count: { dtype: 'I32', shape: [], data_offsets: [12, 16] },
  double: { dtype: 'F64', shape: [2], data_offsets: [16, 32] },
  none: { dtype: 'F32', shape: [0, 4], data_offsets: [32, 32] },
};
writeFileSync(path, fileOf(header, [...halves, 9, 0, 0, 0, ...doubles]));

describe('inspectCheckpoint', () => {
  it('lists names, types, shapes and sizes from the header alone', async () => {
    expect(await inspectCheckpoint(path)).toEqual({
      format: 'safetensors',
      metadata: { format: 'pt' },
      tensors: [
        { name: 'half', dtype: 'F16', shape: [2, 3], size: 6, bytes: 12 },
        { name: 'count', dtype: 'I32', shape: [], size: 1, bytes: 4 },
        { name: 'double', dtype: 'F64', shape: [2], size: 2, bytes: 16 },
        { name: 'none', dtype: 'F32', shape: [0, 4], size: 0, bytes: 0 },
      ],
    });
  });

  it('says the range of floats, without those that are not finite, if asked', async () => {
    const { tensors } = await inspectCheckpoint(path, { values: true });
    expect(tensors.map(({ values }) => values)).toEqual([
      { least: -2, greatest: 3, notFinite: 2, firstNotFinite: 2 },
      undefined,
      { least: 1e300, greatest: 1e300, notFinite: 1, firstNotFinite: 1 },
      { least: null, greatest: null, notFinite: 0, firstNotFinite: null },
    ]);
  });

  it('tells of each tensor, and ends on abort', async () => {
    const controller = new AbortController();
    const told: string[] = [];
    const inspected = inspectCheckpoint(path, {
      values: true,
      signal: controller.signal,
      onProgress: ({ tensor, done, total }) => {
        told.push(`${tensor} ${done}/${total}`);
        if (done === 2) controller.abort(new Error('stop'));
      },
    });
    await expect(inspected).rejects.toThrow('stop');
    expect(told).toEqual(['half 1/4', 'count 2/4']);
  });
});
