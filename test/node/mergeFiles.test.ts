import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import {
  average,
  InvalidInputError,
  identityPermutations,
  interpolate,
  type Params,
  type PermutationSpec,
  permutationSpec,
  permute,
  randomPermutations,
} from 'perm-lmc';
import { mergeFiles, permuteFile, readSafetensors, writeSafetensors } from 'perm-lmc/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeFloats, type FloatDtype } from '../../src/io/encodeFloats';
import { elements, fileOf } from '../io/safetensorsBytes';
import { useBackend } from '../support/backend';
import { fibredNetworks } from '../support/fibredNetworks';
import { fixtures, readParams } from '../support/fixtures';
import { expectNoLeak, expectSameParams } from '../support/invariants';
import { randomParams } from '../support/networks';
import { sharded } from './sharded';

await useBackend('cpu');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'perm-lmc-merge-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const inFolder = (name: string) => join(folder, name);
const fixture = (name: string) =>
  fileURLToPath(new URL(`../fixtures/${name}.safetensors`, import.meta.url));

/** The network of a file, in the order of the other's names. */
async function readBack(path: string, like: Params): Promise<Params> {
  const { params } = await readSafetensors(path);
  expect(Object.keys(params).sort()).toEqual(Object.keys(like).sort());
  return Object.fromEntries(Object.keys(like).map((name) => [name, params[name]]));
}

/** A file with one float tensor `w` of the type, by hand; `n` is an I64 counter beyond int32. */
function floatFile(
  name: string,
  dtype: FloatDtype,
  values: readonly number[],
  metadata = {},
): string {
  const bytes = encodeFloats(dtype, Float64Array.from(values));
  const counter = elements(1, 8, (view, at) => view.setBigInt64(at, 2n ** 40n, true));
  const header = {
    __metadata__: metadata,
    n: { dtype: 'I64', shape: [], data_offsets: [0, 8] },
    w: { dtype, shape: [values.length], data_offsets: [8, 8 + bytes.length] },
  };
  writeFileSync(inFolder(name), fileOf(header, [...counter, ...bytes]));
  return inFolder(name);
}

const units: PermutationSpec = permutationSpec({ w: 'h', n: '' });
const asStored = (count: number) => ({ h: Int32Array.from({ length: count }, (_, i) => i) });

describe('permuteFile moves what permute moves', () => {
  it.each([...fixtures])('$name', async ({ name, spec }) => {
    const params = readParams(`${name}_B`);
    const permutations = randomPermutations(spec, params, { seed: 3 });
    await permuteFile(spec, fixture(`${name}_B`), permutations, inFolder('out'));
    const expected = permute(spec, params, permutations);
    await expectSameParams(await readBack(inFolder('out'), expected), expected);
  });

  it.each(fibredNetworks)('$name', async (network) => {
    const params = randomParams(network, 4);
    await writeSafetensors(inFolder('in'), params);
    const permutations = randomPermutations(network.spec, params, { seed: 3 });
    await permuteFile(network.spec, inFolder('in'), permutations, inFolder('out'));
    const expected = permute(network.spec, params, permutations);
    await expectSameParams(await readBack(inFolder('out'), expected), expected);
  });
});

describe('permuteFile', () => {
  it.each<FloatDtype>(['F64', 'F32', 'F16', 'BF16'])('keeps the bits of %s', async (dtype) => {
    const path = floatFile('in', dtype, [1.5, -2, 0.1], { step: '7' });
    await permuteFile(units, path, { h: Int32Array.of(2, 0, 1) }, inFolder('out'));
    // In this file the writer's order, n (8 bytes an element) first, is that of the input.
    const expected = floatFile('expected', dtype, [0.1, 1.5, -2], { step: '7' });
    const [written, byHand] = [inFolder('out'), expected].map((each) => readFileSync(each));
    const headerEnd = 8 + Number(written.readBigUint64LE(0));
    const header = JSON.parse(written.toString('utf8', 8, headerEnd));
    expect(header.__metadata__).toEqual({ step: '7' });
    const dataOf = (bytes: Buffer) => bytes.subarray(8 + Number(bytes.readBigUint64LE(0)));
    const own = dataOf(written);
    const { w, n } = header;
    const bytesOf = ({ data_offsets: [begin, end] }: { data_offsets: [number, number] }) =>
      own.subarray(begin, end);
    expect(Buffer.concat([bytesOf(n), bytesOf(w)])).toEqual(dataOf(byHand));
    expect([n.dtype, w.dtype]).toEqual(['I64', dtype]);
  });

  it('there and back again gives the same values', async () => {
    const [{ spec }] = fixtures;
    const params = readParams('mlp64_A');
    const h = randomPermutations(spec, params, { seed: 1 });
    const back = Object.fromEntries(
      Object.entries(h).map(([group, p]) => [group, p.map((_, i) => p.indexOf(i))]),
    );
    await permuteFile(spec, fixture('mlp64_A'), h, inFolder('once'));
    await permuteFile(spec, inFolder('once'), back, inFolder('once'), { overwrite: true });
    await expectSameParams(await readBack(inFolder('once'), params), params);
  });

  it('refuses permutations of another network, before it writes', async () => {
    const [{ spec }] = fixtures;
    const small = { h1: Int32Array.of(0), h2: Int32Array.of(0) };
    await expect(
      permuteFile(spec, fixture('mlp64_A'), small, inFolder('out')),
    ).rejects.toBeInstanceOf(InvalidInputError);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('mergeFiles', () => {
  it.each(fixtures)('of two halves is interpolate at ½, $name', async ({ name, spec }) => {
    const [a, b] = [readParams(`${name}_A`), readParams(`${name}_B`)];
    const permutations = randomPermutations(spec, b, { seed: 2 });
    const paths = [fixture(`${name}_A`), fixture(`${name}_B`)];
    await mergeFiles(spec, paths, [permutations], inFolder('out'), {
      statistics: 'interpolate',
    });
    const aligned = permute(spec, b, permutations);
    const expected = interpolate(a, aligned, 0.5, { integers: 'first' });
    await expectSameParams(await readBack(inFolder('out'), expected), expected);
  });

  it('of three with weights is their average, of shards too', async () => {
    const [{ spec }] = fixtures;
    const networks = ['A', 'B', 'C'].map((letter) => readParams(`mlp64_${letter}`));
    const permutations = [1, 2].map((seed) => randomPermutations(spec, networks[0], { seed }));
    const weights = [0.5, 0.2, 0.3];
    const models = networks.map((params, i) =>
      i === 0 ? params : permute(spec, params, permutations[i - 1]),
    );
    const expected = average(models, { weights });
    const paths = ['A', 'B', 'C'].map((letter) => fixture(`mlp64_${letter}`));
    paths[1] = await sharded(folder, 'b', networks[1]);
    await mergeFiles(spec, paths, permutations, inFolder('out'), {
      weights,
      statistics: 'interpolate',
    });
    await expectSameParams(await readBack(inFolder('out'), expected), expected, 1e-6);
  });

  it.each<FloatDtype>(['F64', 'F32', 'F16', 'BF16'])(
    'of %s rounds the mean once to that type, and takes integers and metadata of the first',
    async (dtype) => {
      const a = floatFile('a', dtype, [1, 0.1, -3, 2 ** -20], { from: 'a' });
      const b = floatFile('b', dtype, [2, 0.7, -3, 0], { from: 'b' });
      await mergeFiles(units, [a, b], [asStored(4)], inFolder('out'));
      const exact = (path: string) => storedValues(path, dtype);
      const [x, y] = [exact(a), exact(b)];
      const mean = x.map((value, i) => 0.5 * value + 0.5 * y[i]);
      const expected = floatFile('expected', dtype, mean);
      expect(exact(inFolder('out'))).toEqual(exact(expected));
      const header = headerOf(inFolder('out'));
      expect(header.__metadata__).toEqual({ from: 'a' });
      expect(header.w.dtype).toBe(dtype);
      const bytes = readFileSync(inFolder('out'));
      const start = 8 + Number(bytes.readBigUint64LE(0)) + header.n.data_offsets[0];
      expect(bytes.readBigInt64LE(start)).toBe(2n ** 40n);
    },
  );

  it('writes the type of the first where the types differ', async () => {
    const a = floatFile('a', 'F16', [1, 2]);
    const b = floatFile('b', 'F64', [3, 2]);
    await mergeFiles(units, [a, b], [{ h: Int32Array.of(1, 0) }], inFolder('out'));
    expect(headerOf(inFolder('out')).w.dtype).toBe('F16');
    expect(storedValues(inFolder('out'), 'F16')).toEqual([1.5, 2.5]);
  });

  it('adds up tensors of more elements than it converts at a time', async () => {
    const size = 2 ** 20 + 3;
    const spec = permutationSpec({ w: 'h _' });
    const a = { w: tf.randomNormal([size, 1], 0, 1, 'float32', 1) };
    const b = { w: tf.randomNormal([size, 1], 0, 1, 'float32', 2) };
    await writeSafetensors(inFolder('a'), a);
    await writeSafetensors(inFolder('b'), b);
    const permutations = randomPermutations(spec, a, { seed: 1 });
    await mergeFiles(spec, [inFolder('a'), inFolder('b')], [permutations], inFolder('out'));
    const expected = interpolate(a, permute(spec, b, permutations), 0.5);
    await expectSameParams(await readBack(inFolder('out'), expected), expected);
    tf.dispose([a, b, expected]);
  });

  it('refuses a mean that overflows the type of the first', async () => {
    const a = floatFile('a', 'F16', [1, 60000]);
    const b = floatFile('b', 'F32', [1, 1e6]);
    const merged = mergeFiles(units, [a, b], [asStored(2)], inFolder('out'));
    await expect(merged).rejects.toThrow('is 530000 at flat index 1, which overflows F16');
    expect(readdirSync(folder).sort()).toEqual(['a', 'b']);
  });

  it('may write over an input, which is read to its end before', async () => {
    const a = floatFile('a', 'F32', [1, 2]);
    const b = floatFile('b', 'F32', [3, 6]);
    await mergeFiles(units, [a, b], [asStored(2)], a, { overwrite: true });
    expect(storedValues(a, 'F32')).toEqual([2, 4]);
    await expect(mergeFiles(units, [a, b], [asStored(2)], b)).rejects.toThrow('already something');
    expect(storedValues(b, 'F32')).toEqual([3, 6]);
  });

  it('renames a prefix where a checkpoint has it, and writes the names of the first', async () => {
    const [{ spec }] = fixtures;
    const params = readParams('mlp64_A');
    const wrapped = Object.fromEntries(Object.entries(params).map(([k, t]) => [`module.${k}`, t]));
    await writeSafetensors(inFolder('a'), wrapped);
    const renamePrefix = { from: 'module.', to: '' };
    const same = identityPermutations(spec, params);
    const paths = [inFolder('a'), fixture('mlp64_A')];
    await mergeFiles(spec, paths, [same], inFolder('out'), { renamePrefix });
    await expectSameParams(await readBack(inFolder('out'), wrapped), wrapped);
  });

  it('leaves nothing behind on abort, and makes no tensor', async () => {
    const [{ spec }] = fixtures;
    const params = readParams('mlp64_A');
    const same = identityPermutations(spec, params);
    tf.dispose(params);
    const controller = new AbortController();
    const names: string[] = [];
    const error = await expectNoLeak(() =>
      mergeFiles(spec, [fixture('mlp64_A'), fixture('mlp64_B')], [same], inFolder('out'), {
        signal: controller.signal,
        onProgress: ({ tensor, done, total }) => {
          names.push(tensor);
          expect([done, total]).toEqual([names.length, 6]);
          if (done === 2) controller.abort(new Error('stop'));
        },
      }),
    );
    expect(error).toEqual(new Error('stop'));
    expect(names).toHaveLength(2);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each<[string, Parameters<typeof mergeFiles>[1], number, object, string]>([
    ['no checkpoint', [], 0, {}, 'there are no checkpoints'],
    ['too few permutations', ['a', 'b'], 0, {}, 'there are 2 checkpoints and 0 permutations'],
    ['weights that do not sum to 1', ['a', 'b'], 1, { weights: [1, 1] }, 'sum to 2'],
  ])('refuses %s', async (_, paths, count, options, message) => {
    const permutations = Array.from({ length: count }, () => asStored(1));
    await expect(mergeFiles(units, paths, permutations, inFolder('out'), options)).rejects.toThrow(
      message,
    );
  });
});

// biome-ignore lint/suspicious/noExplicitAny: the header as it is
function headerOf(path: string): any {
  const bytes = readFileSync(path);
  return JSON.parse(bytes.toString('utf8', 8, 8 + Number(bytes.readBigUint64LE(0))));
}

/** The values of `w`, without a loss. */
function storedValues(path: string, dtype: FloatDtype): number[] {
  const bytes = readFileSync(path);
  const start = 8 + Number(bytes.readBigUint64LE(0));
  const [begin, end] = headerOf(path).w.data_offsets;
  const data = Uint8Array.from(bytes.subarray(start + begin, start + end)).buffer;
  if (dtype === 'F64') return Array.from(new Float64Array(data));
  if (dtype === 'F32') return Array.from(new Float32Array(data));
  const halves = Array.from(new Uint16Array(data));
  if (dtype === 'BF16') {
    return halves.map((half) => new Float32Array(Uint32Array.of(half << 16).buffer)[0]);
  }
  return halves.map((half) => {
    const [sign, exponent, mantissa] = [half >> 15 ? -1 : 1, (half >> 10) & 31, half & 1023];
    return exponent === 0
      ? sign * mantissa * 2 ** -24
      : sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
  });
}
