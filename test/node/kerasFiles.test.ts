import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { type Dataset, File, ready } from 'h5wasm';
import { permutationSpec } from 'perm-lmc';
import {
  inspectCheckpoint,
  mergeFiles,
  permuteFile,
  readCheckpoint,
  weightMatchFiles,
} from 'perm-lmc/node';
import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../src/errors';
import { crc32 } from '../../src/io/crc32';
import { temporaryFolder } from '../cli/checkpoints';
import { zipBytes } from '../io/zipBytes';
import { useBackend } from '../support/backend';

await useBackend('cpu');
const files = (await ready).FS as unknown as {
  readFile(path: string): Uint8Array;
  writeFile(path: string, bytes: Uint8Array): void;
};
const at = temporaryFolder();

type Values = Float32Array | Int32Array | Int8Array | BigInt64Array | string[];
/** Datasets by path: values, a shape, and the options of h5wasm. */
type Datasets = Readonly<Record<string, readonly [Values, number[], object?]>>;

/** The bytes of an HDF5 file with these datasets. */
function hdf5(datasets: Datasets): Uint8Array {
  const file = new File('/made.h5', 'w', { libver: ['earliest', 'latest'] }); // As h5py, which Keras uses.
  for (const [path, [data, shape, options]] of Object.entries(datasets)) {
    const parts = path.split('/');
    for (let i = 1; i < parts.length; i++) {
      const group = parts.slice(0, i).join('/');
      if (!file.paths().includes(group)) file.create_group(group);
    }
    file.create_dataset({ name: path, data: data as never, shape, ...options });
  }
  file.create_attribute('backend', 'tensorflow');
  file.close();
  return files.readFile('/made.h5').slice();
}

/** The values of a dataset, read by h5wasm from a copy in memory. */
function valuesIn(bytes: Uint8Array, ...paths: string[]): unknown[] {
  files.writeFile('/read.h5', bytes);
  const file = new File('/read.h5', 'r');
  const values = paths.map((path) => (file.get(path) as Dataset).value);
  file.close();
  return values;
}

const normal = (size: number, seed: number) =>
  tf.randomNormal([size], 0, 1, 'float32', seed).dataSync() as Float32Array;

/** Weights of two dense layers in the layout of Keras 3, with the state of an optimizer. */
const keras3 = (seed: number): Datasets => ({
  'layers/dense/vars/0': [normal(12, seed), [3, 4]],
  'layers/dense/vars/1': [normal(4, seed + 1), [4]],
  'layers/dense_1/vars/0': [normal(8, seed + 2), [4, 2]],
  'optimizer/vars/0': [Int32Array.of(17), [1]],
  vocabulary: [['a', 'bc'], [2]],
});
const spec = permutationSpec({
  'layers/dense/vars/0': '_ h',
  'layers/dense/vars/1': 'h',
  'layers/dense_1/vars/0': 'h _',
});
const h = Int32Array.of(2, 0, 3, 1);
const [a, b] = [1, 2].map((seed) => {
  writeFileSync(at(`${seed}.weights.h5`), hdf5(keras3(10 * seed)));
  return at(`${seed}.weights.h5`);
});

/** A `.keras` archive around weights. */
function archive(weights: Uint8Array): Uint8Array {
  const text = (value: object) => new TextEncoder().encode(JSON.stringify(value));
  return zipBytes([
    { name: 'metadata.json', data: text({ keras_version: '3.0.0' }) },
    { name: 'config.json', data: text({ class_name: 'Sequential' }) },
    { name: 'model.weights.h5', data: weights },
  ]);
}

describe('weights of Keras', () => {
  it('are listed by their paths, without those of the optimizer', async () => {
    const { format, tensors } = await inspectCheckpoint(a);
    expect(format).toBe('Keras');
    expect(tensors.map(({ name, dtype, shape }) => [name, dtype, ...shape])).toEqual([
      ['layers/dense/vars/0', 'F32', 3, 4],
      ['layers/dense/vars/1', 'F32', 4],
      ['layers/dense_1/vars/0', 'F32', 4, 2],
    ]);
  });

  it('are read with the values that h5wasm reads', async () => {
    const { params } = await readCheckpoint(a);
    for (const [name, [values]] of Object.entries(keras3(10)).slice(0, 3)) {
      expect(params[name].dataSync()).toEqual(values);
    }
  });

  it('have the names of Keras 2 in a whole model', async () => {
    const own: Datasets = {
      'model_weights/dense/dense/kernel:0': [
        normal(4, 1),
        [2, 2],
        { chunks: [1, 2], compression: 4 },
      ],
      'model_weights/dense/dense/step:0': [BigInt64Array.of(7n), []],
      'optimizer_weights/Adam/m:0': [normal(4, 2), [2, 2]],
    };
    writeFileSync(at('model.h5'), hdf5(own));
    const { params } = await readCheckpoint(at('model.h5'));
    expect(Object.keys(params)).toEqual(Object.keys(own).slice(0, 2));
    expect(params['model_weights/dense/dense/kernel:0'].dataSync()).toEqual(normal(4, 1));
    expect([...params['model_weights/dense/dense/step:0'].dataSync()]).toEqual([7]);
  });

  it('are matched and merged into a copy of the first file', async () => {
    await permuteFile(spec, a, { h }, at('moved.weights.h5'));
    const { permutations } = await weightMatchFiles(spec, a, at('moved.weights.h5'));
    await mergeFiles(spec, [a, at('moved.weights.h5')], [permutations], at('merged.weights.h5'));
    expect(readFileSync(at('merged.weights.h5'))).toEqual(readFileSync(a));
    const [bias, step, words] = valuesIn(
      readFileSync(at('moved.weights.h5')),
      ...['layers/dense/vars/1', 'optimizer/vars/0', 'vocabulary'],
    );
    const before = keras3(10)['layers/dense/vars/1'][0] as Float32Array;
    expect(bias).toEqual(Float32Array.from(h, (from) => before[from]));
    expect(step).toEqual(Int32Array.of(17));
    expect(words).toEqual(['a', 'bc']);
  });

  it('become safetensors', async () => {
    await mergeFiles(spec, [a, b], [{ h }], at('merged.safetensors'), { weights: [1, 0] });
    const { params } = await readCheckpoint(at('merged.safetensors'));
    expect(params['layers/dense/vars/1'].dataSync()).toEqual(keras3(10)['layers/dense/vars/1'][0]);
  });

  it('keep their compression, where the file must grow', async () => {
    const zeros: Datasets = {
      w: [new Float32Array(5000), [5000], { chunks: [5000], compression: 9 }],
    };
    writeFileSync(at('zeros.h5'), hdf5(zeros));
    writeFileSync(at('random.h5'), hdf5({ w: [normal(5000, 3), [5000]] }));
    const one = permutationSpec({ w: '_' });
    await mergeFiles(one, [at('zeros.h5'), at('random.h5')], [{}], at('grown.h5'), {
      weights: [0, 1],
    });
    expect(valuesIn(readFileSync(at('grown.h5')), 'w')[0]).toEqual(normal(5000, 3));
  });
});

describe('a .keras archive', () => {
  it('is read and written with its configuration, and checksums that are right', async () => {
    writeFileSync(at('a.keras'), archive(readFileSync(a)));
    await permuteFile(spec, at('a.keras'), { h }, at('moved.keras'));
    await permuteFile(spec, a, { h }, at('expected.safetensors'));
    const [found, expected] = [
      await readCheckpoint(at('moved.keras')),
      await readCheckpoint(at('expected.safetensors')),
    ];
    for (const name of Object.keys(expected.params)) {
      expect(found.params[name].dataSync()).toEqual(expected.params[name].dataSync());
    }
    const bytes = readFileSync(at('moved.keras'));
    expect(bytes.includes('"class_name":"Sequential"')).toBe(true);
    const directory = bytes.lastIndexOf(Buffer.from('model.weights.h5')) - 46;
    const [checksum, size] = [
      bytes.readUInt32LE(directory + 16),
      bytes.readUInt32LE(directory + 24),
    ];
    const begin = bytes.indexOf('\x89HDF', 0, 'latin1');
    expect(crc32(bytes.subarray(begin, begin + size))).toBe(checksum);
  });

  it('becomes weights alone, but weights become no archive', async () => {
    await permuteFile(spec, at('a.keras'), { h: Int32Array.of(0, 1, 2, 3) }, at('own.weights.h5'));
    expect(readFileSync(at('own.weights.h5'))).toEqual(readFileSync(a));
    const work = permuteFile(spec, a, { h }, at('none.keras'));
    await expect(work).rejects.toThrow(/configuration of the model.*\.weights\.h5/);
    expect(readdirSync(at('.'))).not.toContain('none.keras');
  });
});

describe('a hostile file of Keras', () => {
  it.each<[string, () => Uint8Array, string]>([
    [
      'no HDF5',
      () => new Uint8Array(100),
      'reading the file as HDF5 failed: file signature not found',
    ],
    [
      'half of a file',
      () => readFileSync(a).subarray(0, 1000),
      'reading the file as HDF5 failed: truncated file',
    ],
    [
      'an archive without weights',
      () => zipBytes([{ name: 'x', data: new Uint8Array(3) }]),
      "holds no 'model.weights.h5'",
    ],
    [
      'big-endian numbers',
      () => {
        const bytes = hdf5({ w: [normal(3, 1), [3]] });
        // A float of 32 bits: class and version, then the byte order in the lowest bit.
        bytes[Buffer.from(bytes).indexOf('\x11\x20\x1f\0\x04', 'latin1') + 1] |= 1;
        return bytes;
      },
      'dataset "w" has elements of 4 bytes that are big-endian',
    ],
    [
      'a compressed dataset of 4 TB in a small file',
      () => {
        const bytes = Buffer.from(
          hdf5({ w: [normal(300, 1), [300], { chunks: [50], compression: 1 }] }),
        );
        const words = new BigUint64Array(1);
        const size = Buffer.from(words.buffer);
        words[0] = 300n;
        const at = bytes.indexOf(size);
        words[0] = 2n ** 40n;
        size.copy(bytes, at); // The length, and the greatest length behind it.
        size.copy(bytes, at + 8);
        return bytes;
      },
      'dataset "w" needs 4398046511104 bytes, and the file has',
    ],
  ])('is refused with %s', async (name, bytes, message) => {
    const path = at(`${name}.h5`);
    writeFileSync(path, bytes());
    const error = await inspectCheckpoint(path).catch((reason) => reason);
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(error.message).toContain(message);
    expect(error.message).toContain(`inspectCheckpoint: '${path}': `);
  });

  it('sees no other file through a link', async () => {
    const file = new File('/link.h5', 'w');
    file.create_external_link(a, 'layers/dense/vars/1', 'stolen');
    file.close();
    writeFileSync(at('link.h5'), files.readFile('/link.h5'));
    expect((await inspectCheckpoint(at('link.h5'))).tensors).toEqual([]);
  });

  it('leaves no file behind when it is interrupted', async () => {
    mkdirSync(at('stopped'));
    const stop = new AbortController();
    const work = permuteFile(spec, a, { h }, at('stopped/x.h5'), {
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    await expect(work).rejects.toThrow('abort');
    expect(readdirSync(at('stopped'))).toEqual([]);
  });
});
