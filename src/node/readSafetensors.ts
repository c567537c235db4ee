import { dispose } from '@tensorflow/tfjs-core';
import { assertOptions } from '../checks';
import { named } from '../errors';
import type { SafetensorsFile } from '../io';
import { assertReadable, decodeTensor } from '../io/internal';
import type { Params } from '../params';
import { createYieldPoint, type LongWorkOptions } from '../runtime';
import {
  aboutFile,
  closeAll,
  mergedMetadata,
  type OpenSafetensors,
  openSafetensors,
  readBytes,
} from './openSafetensors';
import { openShards } from './openShards';

/** Options of {@link readSafetensors}. */
export type ReadSafetensorsOptions = Pick<LongWorkOptions<never>, 'signal'>;

/**
 * The tensors and the metadata of a safetensors file, or of all files of a sharded checkpoint.
 *
 * Types are converted as `parseSafetensors` does. Every header is checked before the first tensor is
 * made. Each tensor is read by itself, so that files over 2 GiB work and no file is in memory twice.
 *
 * @param path The safetensors file, or the index of a sharded checkpoint: a file whose name ends in
 * `.json`, next to its shards. The shards' metadata is merged; where it differs, the first holds.
 * @param options All have defaults.
 * @returns The tensors belong to the caller, who disposes them with `tf.dispose(params)`.
 * @throws {InvalidInputError} A file breaks a rule of the format or holds what no tensor can (see
 * `parseSafetensors`), a shard is missing, or the shards do not hold what the index says.
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
    const files = path.endsWith('.json') ? await openShards(path) : [await openSafetensors(path)];
    try {
      for (const { path: own, header } of files) {
        for (const stored of header.tensors) aboutFile(own, () => assertReadable(stored));
      }
      return { params: await readTensors(files, yieldPoint), metadata: mergedMetadata(files) };
    } finally {
      await closeAll(files);
    }
  });
}

async function readTensors(
  files: readonly OpenSafetensors[],
  yieldPoint: () => Promise<void>,
): Promise<Params> {
  const params: Params = {};
  try {
    for (const file of files) {
      for (const stored of file.header.tensors) {
        const range = {
          begin: file.dataStart + stored.begin,
          end: file.dataStart + stored.end,
        };
        params[stored.name] = await aboutFile(file.path, async () =>
          decodeTensor(stored, (await readBytes(file, range, yieldPoint)).buffer),
        );
      }
    }
    return params;
  } catch (error) {
    dispose(params);
    throw error;
  }
}
