import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { readSafetensors, writeSafetensors } from 'perm-lmc/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../src/errors';
import { parseSafetensors, serializeSafetensors } from '../../src/io';
import { fileOf } from '../io/safetensorsBytes';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';
import { signalAt } from '../support/signalAt';

await useBackend('cpu');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'perm-lmc-safetensors-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const inFolder = (name: string) => join(folder, name);

/** A file of the folder that holds I8 scalars with the given names. */
function writeScalars(file: string, names: readonly string[], metadata = {}): void {
  const entries = names.map((name, i) => [
    name,
    { dtype: 'I8', shape: [], data_offsets: [i, i + 1] },
  ]);
  const header = { __metadata__: metadata, ...Object.fromEntries(entries) };
  writeFileSync(
    inFolder(file),
    fileOf(
      header,
      names.map((_, i) => i + 1),
    ),
  );
}

function writeIndex(weightMap: Record<string, string>): string {
  const path = inFolder('model.safetensors.index.json');
  writeFileSync(path, JSON.stringify({ metadata: { total_size: 3 }, weight_map: weightMap }));
  return path;
}

async function expectRefused(work: () => Promise<unknown>, message: string): Promise<void> {
  const error = await expectNoLeak(work);
  expect(error).toBeInstanceOf(InvalidInputError);
  expect((error as Error).message).toContain(message);
}

describe('readSafetensors', () => {
  it.each(['mlp64_A', 'convbn_A'])('reads %s as parseSafetensors does', async (name) => {
    const path = fileURLToPath(new URL(`../fixtures/${name}.safetensors`, import.meta.url));
    const read = await readSafetensors(path);
    const parsed = parseSafetensors(readFileSync(path));
    expect(read.metadata).toEqual(parsed.metadata);
    expect(Object.keys(read.params)).toEqual(Object.keys(parsed.params));
    for (const [key, tensor] of Object.entries(parsed.params)) {
      expect(read.params[key].shape).toEqual(tensor.shape);
      expect(await read.params[key].data()).toEqual(await tensor.data());
    }
    tf.dispose([read.params, parsed.params]);
  });

  it('makes its tensors and no other', async () => {
    writeScalars('m.safetensors', ['a', 'b']);
    const result = await expectNoLeak(() => readSafetensors(inFolder('m.safetensors')), 2);
    if (result instanceof Error) throw result;
    tf.dispose(result.params);
  });

  it('reads a file without tensors, scalars and tensors without elements', async () => {
    await writeSafetensors(inFolder('none'), {});
    expect(await readSafetensors(inFolder('none'))).toEqual({ params: {}, metadata: {} });
    const params = { s: tf.scalar(3, 'int32'), e: tf.zeros([2, 0]) };
    await writeSafetensors(inFolder('some'), params);
    const read = await readSafetensors(inFolder('some'));
    expect([read.params.s.shape, read.params.e.shape]).toEqual([[], [2, 0]]);
    tf.dispose([params, read.params]);
  });

  it.each([
    [
      'cut short',
      fileOf({ x: { dtype: 'I8', shape: [2], data_offsets: [0, 2] } }, [1]),
      'truncated',
    ],
    ['empty', new Uint8Array(0), 'the file has 0 bytes'],
    ['no safetensors', Buffer.from('PK\x03\x04 a zip file'), 'this is a zip archive'],
    [
      'of a value that does not fit',
      fileOf(
        {
          ok: { dtype: 'I8', shape: [], data_offsets: [0, 1] },
          x: { dtype: 'BOOL', shape: [], data_offsets: [1, 2] },
        },
        [1, 2],
      ),
      'tensor "x", of BOOL, has the value 2',
    ],
  ])('refuses a file that is %s, by its path', async (_, bytes, message) => {
    const path = inFolder('bad.safetensors');
    writeFileSync(path, bytes);
    await expectRefused(() => readSafetensors(path), message);
    await expect(readSafetensors(path)).rejects.toThrow(`readSafetensors: '${path}': `);
  });

  it('refuses a folder without a checkpoint, and rejects with ENOENT where there is nothing', async () => {
    await expectRefused(() => readSafetensors(folder), 'the folder has no checkpoint');
    await expect(readSafetensors(inFolder('none'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('rejects with the reason of a signal aborted before', async () => {
    writeScalars('m.safetensors', ['a']);
    const signal = AbortSignal.abort(new Error('stop'));
    const error = await expectNoLeak(() => readSafetensors(inFolder('m.safetensors'), { signal }));
    expect(error).toEqual(new Error('stop'));
  });

  it('an abort between two tensors disposes the first', async () => {
    writeScalars('m.safetensors', ['a', 'b', 'c']);
    const before = tf.memory().numTensors;
    const signal = signalAt(3, () => {
      expect(tf.memory().numTensors - before).toBe(1);
      throw new Error('stop');
    });
    const error = await expectNoLeak(() => readSafetensors(inFolder('m.safetensors'), { signal }));
    expect(error).toEqual(new Error('stop'));
  });

  it('a file that shrinks while it is read is refused', async () => {
    writeScalars('m.safetensors', ['a', 'b', 'c']);
    const path = inFolder('m.safetensors');
    const { length } = readFileSync(path);
    const signal = signalAt(3, () => truncateSync(path, length - 2));
    await expectRefused(
      () => readSafetensors(path, { signal }),
      `the file shrank while it was read: expected at least ${length - 1} bytes, received ${length - 2}`,
    );
  });
});

describe('readSafetensors of a sharded checkpoint', () => {
  it('reads every shard next to the index', async () => {
    writeScalars('m-1.safetensors', ['a', 'c'], { format: 'pt', part: '1' });
    writeScalars('m-2.safetensors', ['b'], { format: 'pt', part: '2', last: 'yes' });
    const path = writeIndex({ a: 'm-1.safetensors', b: 'm-2.safetensors', c: 'm-1.safetensors' });
    const { params, metadata } = await readSafetensors(path);
    expect(metadata).toEqual({ format: 'pt', part: '1', last: 'yes' });
    const values = Object.entries(params).map(async ([key, x]) => [key, (await x.data())[0]]);
    expect(await Promise.all(values)).toEqual([
      ['a', 1],
      ['c', 2],
      ['b', 1],
    ]);
    tf.dispose(params);
  });

  it.each<[string, Record<string, string[]>, Record<string, string>, string]>([
    ['a path upwards', {}, { a: '../m-1' }, 'weight_map["a"] is "../m-1", which is not a plain'],
    ['an absolute path', {}, { a: '/etc/passwd' }, '"/etc/passwd", which is not a plain file name'],
    ['a missing shard', { 'm-1': ['a'] }, { a: 'm-1', b: 'm-2' }, "m-2' is missing. Put every"],
    [
      'a tensor missing from its shard',
      { 'm-1': ['a'] },
      { a: 'm-1', b: 'm-1' },
      'm-1\': tensor "b" is missing, which the index places in this shard',
    ],
    [
      'a tensor that the index lacks',
      { 'm-1': ['a', 'b'] },
      { a: 'm-1' },
      'm-1\': tensor "b" is one that the index lacks',
    ],
    [
      'a tensor in two shards',
      { 'm-1': ['a'], 'm-2': ['a', 'b'] },
      { a: 'm-1', b: 'm-2' },
      'm-2\': tensor "a" is one that the index places in "m-1" and not in "m-2"',
    ],
  ])('refuses %s', async (_, shards, weightMap, message) => {
    for (const [file, names] of Object.entries(shards)) writeScalars(file, names);
    const path = writeIndex(weightMap);
    await expectRefused(() => readSafetensors(path), message);
    await expect(readSafetensors(path)).rejects.toThrow(/^readSafetensors: '/);
  });

  it('refuses an index that is not UTF-8, and one over the limit', async () => {
    const path = inFolder('index.json');
    writeFileSync(path, Buffer.of(0x22, 0xff, 0x22));
    await expectRefused(() => readSafetensors(path), 'the index is not UTF-8');
    truncateSync(path, 100_000_001);
    await expectRefused(
      () => readSafetensors(path),
      'the file has 100000001 bytes, and an index has at most 100000000',
    );
  });

  it('disposes the tensors of the first shard when the second holds a wrong value', async () => {
    writeScalars('m-1', ['a']);
    const header = { b: { dtype: 'BOOL', shape: [], data_offsets: [0, 1] } };
    writeFileSync(inFolder('m-2'), fileOf(header, [9]));
    const path = writeIndex({ a: 'm-1', b: 'm-2' });
    await expectRefused(() => readSafetensors(path), 'tensor "b", of BOOL, has the value 9');
  });

  it('follows links, with which download caches lay out checkpoints', async () => {
    mkdirSync(inFolder('blobs'));
    writeScalars('blobs/x', ['a']);
    symlinkSync(join('blobs', 'x'), inFolder('m-1'));
    const { params } = await readSafetensors(writeIndex({ a: 'm-1' }));
    expect(Object.keys(params)).toEqual(['a']);
    tf.dispose(params);
  });
});

describe('writeSafetensors', () => {
  const w = tf.tensor2d([[1, 2]]);
  const flag = tf.scalar(true, 'bool');
  const params = { flag, w };
  const metadata = { epochs: '20' };

  it('writes the bytes of serializeSafetensors and keeps the tensors', async () => {
    const path = inFolder('m.safetensors');
    await expectNoLeak(() => writeSafetensors(path, params, { metadata }));
    const expected = await serializeSafetensors(params, { metadata });
    expect(new Uint8Array(readFileSync(path))).toEqual(expected);
    expect(readdirSync(folder)).toEqual(['m.safetensors']);
    expect([w.isDisposed, flag.isDisposed]).toEqual([false, false]);
  });

  it('writes tensors over 16 MiB, in several steps', async () => {
    const large = tf.tensor1d(Float32Array.from({ length: 5_000_000 }, (_, i) => i));
    await writeSafetensors(inFolder('m'), { large });
    const { params } = await readSafetensors(inFolder('m'));
    const values = await params.large.data();
    expect([values.length, values.findIndex((value, i) => value !== i)]).toEqual([5_000_000, -1]);
    tf.dispose([large, params]);
  });

  it('refuses to overwrite unless told to', async () => {
    const path = inFolder('m');
    writeFileSync(path, 'precious');
    await expectRefused(
      () => writeSafetensors(path, params),
      `writeSafetensors: there is already something at '${path}'. Choose another path, or pass overwrite: true.`,
    );
    expect(readFileSync(path, 'utf8')).toBe('precious');
    await writeSafetensors(path, params, { overwrite: true });
    expect(new Uint8Array(readFileSync(path))).toEqual(await serializeSafetensors(params));
    expect(readdirSync(folder)).toEqual(['m']);
  });

  it('refuses to replace a link that leads nowhere', async () => {
    symlinkSync('nowhere', inFolder('m'));
    await expectRefused(() => writeSafetensors(inFolder('m'), params), 'already something at');
  });

  it('of writers that race for a path one wins, and its file is whole', async () => {
    const path = inFolder('m');
    const writers = Array.from({ length: 8 }, (_, i) =>
      writeSafetensors(path, params, { metadata: { writer: String(i) } }),
    );
    const results = await Promise.allSettled(writers);
    const winners = results.flatMap(({ status }, i) => (status === 'fulfilled' ? [i] : []));
    expect(winners).toHaveLength(1);
    const read = parseSafetensors(readFileSync(path));
    expect(read.metadata).toEqual({ writer: String(winners[0]) });
    expect(readdirSync(folder)).toEqual(['m']);
    tf.dispose(read.params);
  });

  it('refuses what the format lacks before it makes a file', async () => {
    const z = tf.complex([1], [2]);
    await expectRefused(
      () => writeSafetensors(inFolder('m'), { w, z }),
      'writeSafetensors: tensor "z" is of type complex64',
    );
    expect(readdirSync(folder)).toEqual([]);
    z.dispose();
  });

  it('leaves nothing when a tensor is disposed while it writes', async () => {
    const x = tf.tensor1d([1]);
    const work = writeSafetensors(inFolder('m'), { w, x });
    x.dispose();
    await expect(work).rejects.toThrow('disposed');
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([1, 2, 3, 4])('leaves nothing when it is aborted at step %i', async (step) => {
    const signal = signalAt(step, () => {
      throw new Error('stop');
    });
    await expect(writeSafetensors(inFolder('m'), params, { signal })).rejects.toThrow('stop');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leaves nothing, and what was there, when it cannot rename', async () => {
    const signal = signalAt(4, () => mkdirSync(inFolder('m')));
    await expect(
      writeSafetensors(inFolder('m'), params, { overwrite: true, signal }),
    ).rejects.toHaveProperty('code');
    expect(readdirSync(folder)).toEqual(['m']);
  });

  it('leaves nothing when another file comes to the path while it writes', async () => {
    const path = inFolder('m');
    const signal = signalAt(4, () => writeFileSync(path, 'precious'));
    await expectRefused(() => writeSafetensors(path, params, { signal }), 'already something at');
    expect(readFileSync(path, 'utf8')).toBe('precious');
    expect(readdirSync(folder)).toEqual(['m']);
  });

  it('rejects with ENOENT where there is no folder', async () => {
    const path = join(inFolder('none'), 'm');
    await expect(writeSafetensors(path, params)).rejects.toMatchObject({
      code: 'ENOENT',
      path: dirname(path),
    });
    expect(existsSync(inFolder('none'))).toBe(false);
  });
});
