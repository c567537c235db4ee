import { dispose } from '@tensorflow/tfjs-core';
import { assertOptions } from '../checks';
import { named } from '../errors';
import type { SafetensorsFile } from '../io';
import { assertReadable, decodeTensor } from '../io/internal';
import type { Params } from '../params';
import { createYieldPoint, type LongWorkOptions } from '../runtime';
import { aboutFile } from './aboutFile';
import { checkpointIn } from './checkpoints/checkpointIn';
import { mergedMetadata, type OpenSafetensors } from './openSafetensors';
import { openShards } from './openShards';

/** Options of {@link readSafetensors}. */
export type ReadSafetensorsOptions = Pick<LongWorkOptions<never>, 'signal'>;

/**
 * Reads a safetensors file, or all files of a sharded checkpoint. `readCheckpoint` reads other formats too.
 *
 * Types are converted as in `parseSafetensors`. Every header is checked before the first tensor is made.
 * Tensors are read one at a time, so files may be larger than 2 GiB and are never in memory twice.
 *
 * @param path - A safetensors file, or the index of a sharded checkpoint: a file whose name ends in
 * `.json`, next to its shards, or a folder with one of them. The metadata of shards is merged; where it differs, the first shard wins.
 * @param options - All have defaults.
 * @returns The tensors and the metadata. The caller owns the tensors: `tf.dispose(params)`.
 * @throws InvalidInputError if a file breaks a rule of the format or has values that no tensor can hold (see
 * `parseSafetensors`), if another program writes it meanwhile, if a shard is missing, or if the shards differ from the
 * index. AbortError on abort.
 *
 * @example
 * ```ts
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { dispose, tensor1d } from '@tensorflow/tfjs-core';
 * import { readSafetensors, writeSafetensors } from 'perm-lmc/node';
 *
 * const path = join(tmpdir(), 'read-example.safetensors');
 * await writeSafetensors(path, { bias: tensor1d([1, 2]) }, { overwrite: true });
 * const { params } = await readSafetensors(path);
 * params.bias.print(); // [1, 2]
 * dispose(params);
 * ```
 */
export async function readSafetensors(
  path: string,
  options: ReadSafetensorsOptions = {},
): Promise<SafetensorsFile> {
  return named('readSafetensors', async () => {
    assertOptions(options, { signal: true });
    const { signal } = options;
    const yieldPoint = createYieldPoint(signal);
    await yieldPoint();
    const file = await checkpointIn(path);
    const { shards, assertUnchanged, close } = await openShards(file);
    try {
      for (const { path: own, header } of shards) {
        for (const stored of header.tensors) aboutFile(own, () => assertReadable(stored));
      }
      const params = await readTensors(shards, assertUnchanged, yieldPoint);
      return { params, metadata: mergedMetadata(shards) };
    } finally {
      await close();
    }
  });
}

async function readTensors(
  files: readonly OpenSafetensors[],
  assertUnchanged: () => Promise<void>,
  yieldPoint: () => Promise<void>,
): Promise<Params> {
  const params: Params = {};
  try {
    for (const file of files) {
      for (const stored of file.header.tensors) {
        const [begin, end] = [stored.begin, stored.end].map((at) => file.dataStart + at);
        params[stored.name] = await aboutFile(file.path, async () =>
          decodeTensor(stored, (await file.read(begin, end, yieldPoint)).buffer),
        );
      }
    }
    await assertUnchanged();
    return params;
  } catch (error) {
    dispose(params);
    throw error;
  }
}
