import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../src/errors';
import { parseSafetensors, serializeSafetensors } from '../../src/io';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';
import { elements, fileOf } from './safetensorsBytes';

await useBackend('cpu');

const fixture = (name: string) =>
  readFileSync(new URL(`../fixtures/${name}.safetensors`, import.meta.url));

const headerOf = (file: Uint8Array) => {
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  return { length, text: new TextDecoder().decode(file.subarray(8, 8 + length)) };
};

describe('parseSafetensors', () => {
  it('reads a file made by hand: [[1, 2]] as F32, metadata, padding', async () => {
    const header = `{"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"__metadata__":{"a":"ä"}}  `;
    const { params, metadata } = parseSafetensors(fileOf(header, [0, 0, 128, 63, 0, 0, 0, 64]));
    expect(metadata).toEqual({ a: 'ä' });
    expect(Object.keys(params)).toEqual(['w']);
    expect([params.w.dtype, params.w.shape]).toEqual(['float32', [1, 2]]);
    expect([...(await params.w.data())]).toEqual([1, 2]);
    tf.dispose(params);
  });

  it('keeps the order of the header whatever the order of the data', async () => {
    const header = {
      b: { dtype: 'U8', shape: [1], data_offsets: [1, 2] },
      a: { dtype: 'U8', shape: [], data_offsets: [0, 1] },
    };
    const { params } = parseSafetensors(fileOf(header, [3, 4]));
    expect(Object.keys(params)).toEqual(['b', 'a']);
    expect([(await params.b.data())[0], (await params.a.data())[0]]).toEqual([4, 3]);
    expect(params.a.shape).toEqual([]);
    tf.dispose(params);
  });

  it('reads a file without tensors', () => {
    expect(parseSafetensors(fileOf('{}'))).toEqual({ params: {}, metadata: {} });
  });

  it.each([
    ['mlp64_A', { 'fc1.weight': [64, 784], 'fc2.bias': [64], 'fc3.weight': [10, 64] }],
    ['convbn_A', { 'conv1.weight': [8, 1, 3, 3], 'bn3.running_var': [32], 'fc.weight': [10, 32] }],
  ])('reads %s, which PyTorch wrote', async (name, shapes) => {
    const file = fixture(name);
    const { params } = parseSafetensors(file);
    for (const [key, shape] of Object.entries(shapes)) expect(params[key].shape).toEqual(shape);

    // Independently: each value through a DataView, where the header says.
    const { length, text } = headerOf(file);
    const view = new DataView(file.buffer, file.byteOffset + 8 + length);
    const { __metadata__: _, ...entries } = JSON.parse(text);
    expect(Object.keys(params)).toEqual(Object.keys(entries));
    for (const [key, { data_offsets }] of Object.entries<{ data_offsets: number[] }>(entries)) {
      const values = await params[key].data();
      const differs = values.findIndex(
        (value, i) => value !== view.getFloat32(data_offsets[0] + 4 * i, true),
      );
      expect([key, differs]).toEqual([key, -1]);
    }
    tf.dispose(params);
  });

  it('reads a view that begins at an odd byte, and a Node.js Buffer', async () => {
    const data = elements(2, 8, (view, at, i) => view.setBigInt64(at, BigInt(i - 1), true));
    const file = fileOf({ x: { dtype: 'I64', shape: [2], data_offsets: [0, 16] } }, data);
    for (const offset of [0, 1, 3]) {
      const bytes = Buffer.alloc(file.length + offset + 2, 0xff);
      bytes.set(file, offset);
      const { x } = parseSafetensors(bytes.subarray(offset, offset + file.length)).params;
      expect([...(await x.data())]).toEqual([-1, 0]);
      x.dispose();
    }
  });

  it.each(['F32', 'I32', 'BOOL'])(
    'copies: %s tensors do not change with the bytes',
    async (dtype) => {
      const size = dtype === 'BOOL' ? 1 : 4;
      const header = { x: { dtype, shape: [1], data_offsets: [0, size] } };
      const file = Buffer.from(fileOf(header, Array(size).fill(1)));
      const { x } = parseSafetensors(file).params;
      const before = (await x.data()).slice();
      file.fill(0);
      expect(await x.data()).toEqual(before);
      x.dispose();
    },
  );

  it('makes its tensors and no other', async () => {
    const result = await expectNoLeak(() => parseSafetensors(fixture('convbn_A')), 17);
    if (result instanceof Error) throw result;
    expect(Object.keys(result.params)).toHaveLength(17);
    tf.dispose(result.params);
  });
});

describe('serializeSafetensors', () => {
  it('writes the bytes that the format prescribes, larger elements first', async () => {
    const params = {
      flag: tf.tensor1d([true, false], 'bool'),
      count: tf.scalar(258, 'int32'),
      w: tf.tensor2d([[1], [-2]]),
    };
    const header =
      '{"__metadata__":{"k":"v"},' +
      '"count":{"dtype":"I32","shape":[],"data_offsets":[0,4]},' +
      '"w":{"dtype":"F32","shape":[2,1],"data_offsets":[4,12]},' +
      '"flag":{"dtype":"BOOL","shape":[2],"data_offsets":[12,14]}}';
    const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
    const data = [2, 1, 0, 0, 0, 0, 128, 63, 0, 0, 0, 192, 1, 0];
    const written = await serializeSafetensors(params, { metadata: { k: 'v' } });
    expect(written).toEqual(fileOf(padded, data));
    tf.dispose(params);
  });

  it('writes an empty record as an empty header', async () => {
    expect(await serializeSafetensors({})).toEqual(fileOf('{}      '));
  });

  it('writes the values of a tensor that views or casts another', async () => {
    const ints = tf.tensor1d([1, 0, 3], 'int32');
    const params = {
      f: tf.cast(ints, 'float32'),
      b: tf.cast(ints, 'bool'),
      v: tf.reshape(ints, [3, 1]),
    };
    const { params: read } = parseSafetensors(await serializeSafetensors(params));
    expect(await read.f.data()).toEqual(Float32Array.of(1, 0, 3));
    expect(await read.b.data()).toEqual(Uint8Array.of(1, 0, 1));
    expect(await read.v.data()).toEqual(Int32Array.of(1, 0, 3));
    tf.dispose([params, read, ints]);
  });

  it('shares no memory with the tensors', async () => {
    const x = tf.tensor1d([1, 2]);
    (await serializeSafetensors({ x })).fill(0);
    expect([...(await x.data())]).toEqual([1, 2]);
    x.dispose();
  });

  it('makes and disposes no tensor', async () => {
    const x = tf.tensor1d([1, 2]);
    await expectNoLeak(() => serializeSafetensors({ x }));
    expect(x.isDisposed).toBe(false);
    x.dispose();
  });

  const disposed = tf.tensor1d([1]);
  disposed.dispose();
  it.each<[string, () => unknown, unknown, string]>([
    ['complex64', () => ({ z: tf.complex([1], [2]) }), {}, 'tensor "z" is of type complex64'],
    ['string', () => ({ s: tf.tensor1d(['a']) }), {}, 'tensor "s" is of type string'],
    ['a disposed tensor', () => ({ x: disposed }), {}, 'tensor "x" is disposed'],
    ['a number', () => ({ x: 1 }), {}, 'params["x"] is not a tensor'],
    ['a list', () => [tf.scalar(1)], {}, 'params must be a record of tensors, received '],
    [
      'a Map',
      () => new Map([['x', tf.scalar(1)]]),
      {},
      'params must be a record of tensors, received ',
    ],
    ['null', () => null, {}, 'params must be a record of tensors, received '],
    ['__metadata__', () => ({ __metadata__: tf.scalar(1) }), {}, 'is named "__metadata__"'],
    ['__proto__', () => ({ ['__proto__']: tf.scalar(1) }), {}, 'is named "__proto__"'],
    ['half a surrogate', () => ({ '\ud800': tf.scalar(1) }), {}, 'has half a surrogate pair'],
    ['metadata with a number', () => ({}), { a: 1 }, 'metadata["a"] is not a string'],
    ['metadata that is null', () => ({}), null, 'metadata is not a record of strings'],
    ['half a surrogate in metadata', () => ({}), { a: '\udc00' }, 'metadata["a"] has half a'],
  ])('refuses %s', async (_, make, metadata, message) => {
    tf.engine().startScope();
    const params = make() as tf.NamedTensorMap;
    const error = await expectNoLeak(() =>
      serializeSafetensors(params, { metadata: metadata as Record<string, string> }),
    );
    tf.engine().endScope();
    expect(error).toBeInstanceOf(InvalidInputError);
    expect((error as Error).message).toContain('serializeSafetensors: ');
    expect((error as Error).message).toContain(message);
  });
});

describe('round trip', () => {
  const text = fc.string({ unit: 'binary', maxLength: 8 });
  const name = fc
    .oneof(text, fc.constantFrom('constructor', 'toString', '7', '10', 'a.weight'))
    .filter((key) => key !== '__proto__' && key !== '__metadata__');
  interface Spec {
    dtype: 'float32' | 'int32' | 'bool';
    shape: number[];
    bits: number[];
  }
  const spec: fc.Arbitrary<Spec> = fc.record({
    dtype: fc.constantFrom('float32', 'int32', 'bool'),
    shape: fc.array(fc.nat(3), { maxLength: 4 }),
    bits: fc.array(fc.nat(2 ** 32 - 1), { minLength: 1, maxLength: 81, size: 'max' }),
  });

  /** A tensor of arbitrary bits: NaNs of any payload, subnormals, signed zeros. */
  function tensorOf({ dtype, shape, bits }: Spec): tf.Tensor {
    const words = Uint32Array.from(
      { length: tf.util.sizeFromShape(shape) },
      (_, i) => bits[i % bits.length],
    );
    if (dtype === 'float32') return tf.tensor(new Float32Array(words.buffer), shape, dtype);
    if (dtype === 'int32') return tf.tensor(new Int32Array(words.buffer), shape, dtype);
    return tf.tensor(
      Uint8Array.from(words, (word) => word & 1),
      shape,
      dtype,
    );
  }

  const record = <T>(value: fc.Arbitrary<T>) =>
    fc
      .uniqueArray(fc.tuple(name, value), { maxLength: 6, selector: ([key]) => key })
      .map((entries) => Object.fromEntries(entries));

  it('any record comes back, and its bytes are the same again', async () => {
    const property = fc.asyncProperty(record(spec), record(text), async (specs, metadata) => {
      const params = Object.fromEntries(
        Object.entries(specs).map(([key, value]) => [key, tensorOf(value)]),
      );
      const bytes = await serializeSafetensors(params, { metadata });
      const read = parseSafetensors(bytes);
      expect(read.metadata).toEqual(metadata);
      expect(new Set(Object.keys(read.params))).toEqual(new Set(Object.keys(params)));
      for (const [key, tensor] of Object.entries(params)) {
        expect(read.params[key].dtype).toBe(tensor.dtype);
        expect(read.params[key].shape).toEqual(tensor.shape);
      }
      expect(await serializeSafetensors(read.params, { metadata: read.metadata })).toEqual(bytes);
      tf.dispose([params, read.params]);
    });
    const error = await expectNoLeak(() => fc.assert(property, { numRuns: 300, seed: 1 }));
    if (error) throw error;
  });

  it('every tensor is aligned and the header is padded to a multiple of 8', async () => {
    const params = { b: tf.scalar(true, 'bool'), f: tf.scalar(1), i: tf.scalar(1, 'int32') };
    const { length, text } = headerOf(await serializeSafetensors(params));
    const entries: Record<string, { data_offsets: number[] }> = JSON.parse(text);
    expect(length % 8).toBe(0);
    expect(Object.keys(entries)).toEqual(['f', 'i', 'b']);
    for (const key of ['f', 'i']) expect(entries[key].data_offsets[0] % 4).toBe(0);
    tf.dispose(params);
  });

  it.each(['mlp64_A', 'convbn_A'])("%s's bytes, as PyTorch wrote them", async (name) => {
    const file = fixture(name);
    const { params, metadata } = parseSafetensors(file);
    expect(await serializeSafetensors(params, { metadata })).toEqual(new Uint8Array(file));
    tf.dispose(params);
  });
});
