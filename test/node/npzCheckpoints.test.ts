import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { permutationSpec } from 'perm-lmc';
import {
  inspectCheckpoint,
  mergeFiles,
  permuteFile,
  readNpz,
  readSafetensors,
  weightMatchFiles,
  writeSafetensors,
} from 'perm-lmc/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { npyBytes, npyText } from '../io/npyBytes';
import { fileOf } from '../io/safetensorsBytes';
import { zipBytes } from '../io/zipBytes';
import { useBackend } from '../support/backend';

beforeAll(() => useBackend('cpu'));
const folder = mkdtempSync(join(tmpdir(), 'perm-lmc-npz-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
/** A file that NumPy wrote. */
const written = (name: string) =>
  fileURLToPath(new URL(`../fixtures/npz/${name}.npz`, import.meta.url));

const spec = permutationSpec({ 'params/Dense_0/kernel': '_ h', 'params/Dense_0/bias': 'h' });
const floats = (values: readonly number[]) => new Uint8Array(Float32Array.from(values).buffer);

interface Layer {
  readonly kernel: readonly number[];
  readonly bias: readonly number[];
  readonly order?: string;
  readonly deflated?: boolean;
}

/** A checkpoint as JAX's users write it: a kernel [2, 3], a bias [3] and a counter. */
function jaxFile(name: string, { kernel, bias, order = 'False', deflated = false }: Layer): string {
  const files = [
    ['params/Dense_0/kernel', npyText('<f4', '(2, 3)', order), floats(kernel)],
    ['params/Dense_0/bias', npyText('<f4', '(3,)'), floats(bias)],
    ['step', npyText('<i8', '()'), new Uint8Array(BigInt64Array.of(2n ** 40n).buffer)],
  ] as const;
  writeFileSync(
    at(name),
    zipBytes(
      files.map(([file, header, values]) => ({
        ...{ name: `${file}.npy`, data: npyBytes(header, values), deflated },
      })),
    ),
  );
  return at(name);
}

const whole = { kernel: [1, 2, 3, 4, 5, 6], bias: [7, 8, 9] };
const p = { h: Int32Array.of(2, 0, 1) };
const withCounter = permutationSpec(
  { 'params/Dense_0/kernel': '_ h', 'params/Dense_0/bias': 'h' },
  { unlisted: 'fixed' },
);

/** The floats of an .npz file or a safetensors file. */
async function valuesIn(path: string, names: readonly string[]) {
  const { params } = path.endsWith('.npz')
    ? { params: await readNpz(path) }
    : await readSafetensors(path);
  const lists = names.map((name) => [...params[name].dataSync()]);
  tf.dispose(params);
  return lists;
}

describe('an .npz file as a checkpoint', () => {
  it('is listed with its nested names and types', async () => {
    const { format, tensors, metadata } = await inspectCheckpoint(jaxFile('list.npz', whole));
    expect(format).toBe('npz');
    expect(metadata).toEqual({});
    expect(tensors.map(({ name, dtype, shape }) => [name, dtype, shape])).toEqual([
      ['params/Dense_0/kernel', 'F32', [2, 3]],
      ['params/Dense_0/bias', 'F32', [3]],
      ['step', 'I64', []],
    ]);
  });

  it('has its format by its contents where the extension says nothing', async () => {
    expect((await inspectCheckpoint(jaxFile('no-extension', whole))).format).toBe('npz');
  });

  it.each([
    ['plain', whole],
    ['compressed', { ...whole, deflated: true }],
    // The same kernel with the first index fastest.
    ['in the order of Fortran', { ...whole, kernel: [1, 4, 2, 5, 3, 6], order: 'True' }],
  ] as const)('is permuted bit for bit, %s', async (_, layer) => {
    const path = jaxFile('in.npz', layer);
    await permuteFile(withCounter, path, p, at('out.npz'), { overwrite: true });
    await permuteFile(withCounter, path, p, at('out.safetensors'), { overwrite: true });
    const { tensors } = await inspectCheckpoint(at('out.npz'), { values: true });
    expect(tensors.map(({ name, values }) => [name, values?.least, values?.greatest])).toEqual([
      ['params/Dense_0/kernel', 1, 6],
      ['params/Dense_0/bias', 7, 9],
      ['step', undefined, undefined],
    ]);
    // Back from what was written: the inverse of the permutation.
    await permuteFile(withCounter, at('out.npz'), { h: Int32Array.of(1, 2, 0) }, at('back.npz'), {
      overwrite: true,
    });
    const plain = jaxFile('plain.npz', whole);
    await permuteFile(withCounter, plain, { h: Int32Array.of(0, 1, 2) }, at('same.npz'), {
      overwrite: true,
    });
    expect(readFileSync(at('back.npz'))).toEqual(readFileSync(at('same.npz')));
    const file = readFileSync(at('out.safetensors'));
    const data = file.subarray(8 + Number(file.readBigUInt64LE(0)));
    // The counter first, as its elements are the largest.
    expect(data.readBigInt64LE(0)).toBe(2n ** 40n);
    expect([...new Float32Array(new Uint8Array(data.subarray(8)).buffer)]).toEqual([
      ...[3, 1, 2, 6, 4, 5],
      ...[9, 7, 8],
    ]);
  });

  it('is matched and merged with a safetensors file, into both formats', async () => {
    const names = ['params/Dense_0/kernel', 'params/Dense_0/bias'];
    const kernel = tf.tensor2d([3, 1, 2, 6, 4, 5], [2, 3]);
    const params = { [names[0]]: kernel, [names[1]]: tf.tensor1d([9, 7, 8]) };
    await writeSafetensors(at('b.safetensors'), params, { overwrite: true });
    await permuteFile(spec, at('b.safetensors'), { h: Int32Array.of(1, 2, 0) }, at('a.npz'));
    const paths = [at('a.npz'), at('b.safetensors')];
    const { permutations } = await weightMatchFiles(spec, paths[0], paths[1]);
    for (const output of [at('merged.npz'), at('merged.safetensors')]) {
      await mergeFiles(spec, paths, [permutations], output);
      expect(await valuesIn(output, names)).toEqual([whole.kernel, whole.bias]);
    }
  });

  it('is refused by the name of an array whose type no file tells', async () => {
    const data = npyBytes(npyText('|V2', '(2,)'), new Uint8Array(4));
    writeFileSync(at('jax.npz'), zipBytes([{ name: 'params/w.npy', data }]));
    await expect(inspectCheckpoint(at('jax.npz'))).rejects.toThrow(
      `'${at('jax.npz')}': array 'params/w': the array has NumPy's type "|V2", raw bytes: a file of NumPy does not tell that they are bfloat16 or float8.`,
    );
  });

  it('is not written in a type that NumPy lacks, and leaves nothing behind', async () => {
    const entry = { dtype: 'BF16', shape: [3], data_offsets: [0, 6] };
    writeFileSync(at('bf16.safetensors'), fileOf({ w: entry }, new Uint8Array(6)));
    const before = readdirSync(folder);
    await expect(
      permuteFile(permutationSpec({ w: 'h' }), at('bf16.safetensors'), p, at('bf16.npz')),
    ).rejects.toThrow('tensor "w" is BF16, a type that NumPy does not have');
    expect(readdirSync(folder)).toEqual(before);
  });

  it('leaves nothing behind at an abort', async () => {
    const before = readdirSync(folder);
    const stop = new AbortController();
    const failing = permuteFile(withCounter, jaxFile('in.npz', whole), p, at('stopped.npz'), {
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    });
    await expect(failing).rejects.toThrow('enough');
    expect(readdirSync(folder)).toEqual(before);
  });

  it('is refused with a wrong checksum when the array is read', async () => {
    const path = jaxFile('damaged.npz', whole);
    const bytes = readFileSync(path);
    bytes[bytes.indexOf(Buffer.from(floats([7, 8, 9])))] ^= 1;
    writeFileSync(path, bytes);
    await expect(permuteFile(withCounter, path, p, at('no.npz'))).rejects.toThrow(
      "'params/Dense_0/bias': the checksum of",
    );
  });
});

describe('a file of every type that NumPy wrote', () => {
  it('has the same arrays after it is written again', async () => {
    const path = written('arrays');
    const none = permutationSpec({}, { unlisted: 'fixed' });
    await permuteFile(none, path, {}, at('again.npz'));
    const [before, after] = [await readNpz(path), await readNpz(at('again.npz'))];
    expect(Object.keys(after)).toEqual(Object.keys(before));
    for (const name of Object.keys(before)) {
      expect(after[name].shape, name).toEqual(before[name].shape);
      expect(after[name].dtype, name).toBe(before[name].dtype);
      expect([...after[name].dataSync()], name).toEqual([...before[name].dataSync()]);
    }
    tf.dispose([before, after]);
  });

  it.skipIf(!hasNumpy())('is read by NumPy as it was', async () => {
    const path = written('arrays');
    const none = permutationSpec({}, { unlisted: 'fixed' });
    await permuteFile(none, path, {}, at('numpy.npz'), { overwrite: true });
    const script = [
      'import sys, numpy as np',
      'a, b = np.load(sys.argv[1]), np.load(sys.argv[2])',
      'assert a.files == b.files, (a.files, b.files)',
      'for n in a.files:',
      '    assert a[n].shape == b[n].shape and a[n].dtype.kind == b[n].dtype.kind, n',
      '    assert a[n].dtype.itemsize == b[n].dtype.itemsize, n',
      '    assert np.array_equal(a[n], b[n], equal_nan=a[n].dtype.kind == "f"), n',
      'print(len(a.files))',
    ].join('\n');
    const out = execFileSync('/usr/bin/python3', ['-c', script, path, at('numpy.npz')]);
    expect(Number(out)).toBe(28);
  });
});

/** True where NumPy can be asked. */
function hasNumpy(): boolean {
  try {
    execFileSync('/usr/bin/python3', ['-c', 'import numpy'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
