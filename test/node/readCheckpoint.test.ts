import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { InvalidInputError, type Params, permutationSpec } from 'perm-lmc';
import {
  inspectCheckpoint,
  permuteFile,
  readCheckpoint,
  readSafetensors,
  weightMatchFiles,
  writeSafetensors,
} from 'perm-lmc/node';
import { onnxParams } from 'perm-lmc/onnx';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configBeside } from '../../src/node/configBeside';
import { fileOf } from '../io/safetensorsBytes';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';
import { smallModel } from './onnxModels';
import { sharded } from './sharded';

await useBackend('cpu');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'perm-lmc-read-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const at = (...names: string[]) => join(folder, ...names);

const params = (): Params => ({
  'net.w': tf.tensor2d([1, 2, 3, 4], [2, 2]),
  'net.b': tf.tensor1d([5, 6]),
  'net.n': tf.tensor1d([7], 'int32'),
});
const spec = permutationSpec({ 'net.w': 'h _', 'net.b': 'h' }, { unlisted: 'fixed' });

/** Shapes, types and values by name. */
const plain = (read: Params) =>
  Object.fromEntries(
    Object.entries(read).map(([name, each]) => [
      name,
      { dtype: each.dtype, shape: each.shape, values: [...each.dataSync()] },
    ]),
  );

describe('readCheckpoint', () => {
  it('reads a file and a sharded checkpoint as readSafetensors does, and leaks nothing', async () => {
    const path = at('a.safetensors');
    await writeSafetensors(path, params(), { metadata: { format: 'pt' } });
    for (const each of [path, await sharded(folder, 's', params())]) {
      const expected = await readSafetensors(each);
      await expectNoLeak(async () => {
        const { params: read, metadata, format } = await readCheckpoint(each);
        expect(plain(read)).toEqual(plain(expected.params));
        expect(metadata).toEqual(expected.metadata);
        expect(format).toBe('safetensors');
        tf.dispose(read);
      });
    }
  });

  it('reads .npz files and ONNX files', async () => {
    await writeSafetensors(at('a.safetensors'), params());
    const none = permutationSpec({}, { unlisted: 'fixed' });
    await permuteFile(none, at('a.safetensors'), {}, at('a.npz'));
    const npz = await readCheckpoint(at('a.npz'));
    expect(npz.format).toBe('npz');
    expect(plain(npz.params)).toEqual(plain(params()));

    const model = smallModel(1);
    writeFileSync(at('a.onnx'), model);
    const onnx = await readCheckpoint(at('a.onnx'));
    expect(onnx.format).toBe('ONNX');
    expect(plain(onnx.params)).toEqual(plain(onnxParams(model)));
  });

  it('renames prefixes and shows its progress by stored names', async () => {
    await writeSafetensors(at('a.safetensors'), params());
    const seen: string[] = [];
    const { params: read } = await readCheckpoint(at('a.safetensors'), {
      renamePrefix: { from: 'net.', to: '' },
      onProgress: ({ done, total, tensor }) => seen.push(`${done}/${total} ${tensor}`),
    });
    expect(Object.keys(read)).toEqual(['w', 'b', 'n']);
    expect(seen).toEqual(['1/3 net.w', '2/3 net.b', '3/3 net.n']);
  });

  it('refuses a name that a prefix leaves and no record holds', async () => {
    await writeSafetensors(at('a.safetensors'), { 'm.__proto__': tf.scalar(1) });
    const options = { renamePrefix: { from: 'm.', to: '' } };
    await expect(readCheckpoint(at('a.safetensors'), options)).rejects.toThrow(
      `readCheckpoint: '${at('a.safetensors')}': a tensor is named "__proto__"`,
    );
  });

  it('makes no tensor where a type is not read, and leaks none where a value does not fit', async () => {
    const good = { dtype: 'I8', shape: [], data_offsets: [0, 1] };
    const unread = { dtype: 'F4', shape: [2], data_offsets: [1, 2] };
    const bad = { dtype: 'BOOL', shape: [], data_offsets: [1, 2] };
    for (const [entry, message] of [
      [unread, 'has dtype "F4", which cannot be read'],
      [bad, 'has the value 2'],
    ] as const) {
      writeFileSync(at('x.safetensors'), fileOf({ good, x: entry }, [1, 2]));
      const error = await expectNoLeak(() => readCheckpoint(at('x.safetensors')));
      expect(error).toBeInstanceOf(InvalidInputError);
      expect((error as Error).message).toContain(message);
    }
  });

  it('ends at an abort, and leaks nothing', async () => {
    await writeSafetensors(at('a.safetensors'), params());
    const stop = new AbortController();
    const error = await expectNoLeak(() =>
      readCheckpoint(at('a.safetensors'), {
        signal: stop.signal,
        onProgress: () => stop.abort(new Error('enough')),
      }),
    );
    expect((error as Error).message).toBe('enough');
  });
});

describe('a folder of Hugging Face', () => {
  it('is taken by every function that reads a checkpoint', async () => {
    mkdirSync(at('model'));
    await writeSafetensors(at('model', 'model.safetensors'), params());
    writeFileSync(at('model', 'config.json'), '{"model_type":"bert"}');
    const { params: read } = await readCheckpoint(at('model'));
    expect(plain(read)).toEqual(plain(params()));
    expect(plain((await readSafetensors(at('model'))).params)).toEqual(plain(params()));
    expect((await inspectCheckpoint(at('model'))).tensors.length).toBe(3);
    const swap = { h: Int32Array.of(1, 0) };
    await permuteFile(spec, at('model'), swap, at('swapped.safetensors'));
    const { permutations } = await weightMatchFiles(spec, at('swapped.safetensors'), at('model'));
    expect(permutations.h).toEqual(swap.h);
  });

  it('has its configuration beside the checkpoint', async () => {
    const { withCheckpoints } = await import('../../src/node/checkpoints/withCheckpoints');
    await sharded(folder, 'model', params());
    writeFileSync(at('config.json'), '{"model_type":"bert"}');
    const config = await withCheckpoints([folder], {}, ([{ path }]) => configBeside(path));
    expect(config).toEqual({ model_type: 'bert' });
  });
});
