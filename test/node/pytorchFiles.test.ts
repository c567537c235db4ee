import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { permutationSpec, randomPermutations } from 'perm-lmc';
import {
  inspectCheckpoint,
  matchManyFiles,
  mergeFiles,
  permuteFile,
  readSafetensors,
  weightMatchFiles,
} from 'perm-lmc/node';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../cli/checkpoints';
import { fixture } from '../io/pytorch/fixture';
import { useBackend } from '../support/backend';

await useBackend('cpu');
const at = temporaryFolder();
const pathOf = (name: string) => fileURLToPath(fixture(name));
const [state, stored, ema] = ['state.pt', 'state.safetensors', 'ema.safetensors'].map(pathOf);
const [trainer, trained] = ['trainer.pt', 'trained.safetensors'].map(pathOf);
const spec = permutationSpec(
  {
    'fc.weight': 'h _',
    'fc.bias': 'h',
    'bn.weight': 'h',
    'bn.bias': 'h',
    'bn.running_mean': 'h',
    'bn.running_var': 'h',
    'out.weight': '_ h',
    'out.bias': '_',
  },
  { unlisted: 'fixed' },
);
const p = { h: Int32Array.of(2, 0, 3, 1) };

describe('PyTorch files', () => {
  it('are matched as the same values in safetensors', async () => {
    expect(await weightMatchFiles(spec, state, trainer)).toEqual(
      await weightMatchFiles(spec, stored, trained),
    );
    const options = { pairs: false } as const;
    const { permutations } = await matchManyFiles(spec, [state, trainer, state], options);
    const same = await matchManyFiles(spec, [stored, trained, stored], options);
    expect(permutations).toEqual(same.permutations);
  });

  it.each(['safetensors', 'pt'])(
    'are merged into .%s as the same values in safetensors',
    async (extension) => {
      const [own, oracle] = [at(`merged.${extension}`), at('oracle.safetensors')];
      await mergeFiles(spec, [state, trainer], [p], own);
      await mergeFiles(spec, [stored, trained], [p], oracle, { overwrite: true });
      const copy = at(`copy-${extension}.safetensors`);
      await permuteFile(permutationSpec({}, { unlisted: 'fixed' }), own, {}, copy);
      expect(await valuesOf(copy)).toEqual(await valuesOf(oracle));
    },
  );

  it('are permuted into PyTorch files, and back to the same values', async () => {
    const inverse = { h: Int32Array.of(1, 3, 0, 2) };
    await permuteFile(spec, state, p, at('permuted.pth'));
    await permuteFile(spec, at('permuted.pth'), inverse, at('back.safetensors'));
    expect(await valuesOf(at('back.safetensors'))).toEqual(await valuesOf(stored));
  });

  it('have the entry of the option key', async () => {
    const spread = randomPermutations(spec, (await readSafetensors(ema)).params, { seed: 1 });
    await permuteFile(spec, trainer, spread, at('ema-1.safetensors'), { key: 'ema' });
    await permuteFile(spec, ema, spread, at('ema-2.safetensors'));
    expect(await valuesOf(at('ema-1.safetensors'))).toEqual(
      await valuesOf(at('ema-2.safetensors')),
    );
    await expect(inspectCheckpoint(trainer, { key: 'emma' })).rejects.toThrow(
      /^inspectCheckpoint: '.*trainer\.pt': the file has no entry 'emma'/,
    );
  });

  it('are inspected', async () => {
    const { format, tensors, metadata } = await inspectCheckpoint(pathOf('types.pt'), {
      values: true,
    });
    expect([format, metadata]).toEqual(['PyTorch', { format: 'pt' }]);
    expect(tensors.find(({ name }) => name === 'bfloat16')).toEqual({
      ...{ name: 'bfloat16', dtype: 'BF16', shape: [4], size: 4, bytes: 8 },
      values: { least: -1.5, greatest: 65536, notFinite: 0, firstNotFinite: null },
    });
  });

  it('list tied weights under both names', async () => {
    const { tensors } = await inspectCheckpoint(pathOf('views.pt'));
    const names = tensors.map(({ name }) => name);
    expect(names).toContain('embedding.weight');
    expect(names).toContain('head.weight');
  });

  it('are known by their first bytes where the extension says nothing', async () => {
    copyFileSync(state, at('checkpoint'));
    copyFileSync(pathOf('legacy.pt'), at('legacy'));
    copyFileSync(state, at('pytorch_model.bin'));
    for (const name of ['checkpoint', 'legacy', 'pytorch_model.bin']) {
      expect((await inspectCheckpoint(at(name))).format).toBe('PyTorch');
    }
  });

  it('give safetensors the metadata that transformers asks for', async () => {
    await permuteFile(spec, state, p, at('metadata.safetensors'));
    expect((await inspectCheckpoint(at('metadata.safetensors'))).metadata).toEqual({
      format: 'pt',
    });
  });

  it('report progress, and leave nothing behind where writing fails', async () => {
    const done: (number | string)[] = [];
    await permuteFile(spec, state, p, at('progress.pt'), {
      onProgress: ({ done: count, tensor }) => done.push(count, tensor),
    });
    expect(done.slice(-2)).toEqual([9, 'out.bias']);
    mkdirSync(at('failed'));
    const output = join(at('failed'), 'out.pt');
    const signal = AbortSignal.abort();
    await expect(permuteFile(spec, state, p, output, { signal })).rejects.toThrow();
    expect(readdirSync(at('failed'))).toEqual([]);
  });

  it('execute nothing', async () => {
    for (const name of ['evil.pt', 'evil_root.pt']) {
      await expect(inspectCheckpoint(pathOf(name))).rejects.toThrow('posix.system');
    }
    await inspectCheckpoint(pathOf('evil_aside.pt'));
    expect(existsSync('perm-lmc-was-executed')).toBe(false);
  });
});

describe('a sharded PyTorch checkpoint', () => {
  const index = pathOf('pytorch_model.bin.index.json');

  it('is read as the whole one', async () => {
    await permuteFile(spec, index, p, at('of-shards.safetensors'));
    await permuteFile(spec, trained, p, at('of-whole.safetensors'));
    expect(await valuesOf(at('of-shards.safetensors'))).toEqual(
      await valuesOf(at('of-whole.safetensors')),
    );
  });

  it.each<[string, (map: Record<string, string>) => void, string]>([
    [
      'a shard outside of the folder',
      (map) => {
        map['fc.weight'] = '../shard-1-of-2.bin';
      },
      'not a plain file name',
    ],
    [
      'a shard that is missing',
      (map) => {
        map['fc.weight'] = 'none.bin';
      },
      "none.bin' is missing",
    ],
    [
      'a tensor in another shard',
      (map) => {
        map['fc.weight'] = 'shard-2-of-2.bin';
      },
      'tensor "fc.weight" is missing, which the index places in this shard',
    ],
    [
      'a tensor that the index lacks',
      (map) => {
        delete map['fc.weight'];
      },
      'tensor "fc.weight" is one that the index lacks',
    ],
  ])('is refused with %s', async (_, change, message) => {
    for (const shard of ['shard-1-of-2.bin', 'shard-2-of-2.bin'])
      copyFileSync(pathOf(shard), at(shard));
    const json = JSON.parse(readFileSync(index, 'utf8'));
    change(json.weight_map);
    writeFileSync(at('changed.bin.index.json'), JSON.stringify(json));
    await expect(inspectCheckpoint(at('changed.bin.index.json'))).rejects.toThrow(message);
  });
});

/** The values of all tensors of a safetensors file. */
async function valuesOf(path: string): Promise<Record<string, number[]>> {
  const { params } = await readSafetensors(path);
  const values = Object.fromEntries(
    Object.entries(params)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, tensor]) => [name, [...tensor.dataSync()]]),
  );
  tf.dispose(params);
  return values;
}
