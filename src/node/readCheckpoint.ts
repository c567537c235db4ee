import { dispose } from '@tensorflow/tfjs-core';
import { assertOptions } from '../checks';
import { named } from '../errors';
import type { Params } from '../params';
import { createYieldPoint, type LongWorkOptions, longWork } from '../runtime';
import type { CheckpointProgress } from './checkpoints/checkpointFormat';
import { CHECKPOINT_OPTIONS, type CheckpointOptions } from './checkpoints/checkpointOptions';
import { readTensors } from './checkpoints/readTensors';
import { withCheckpoints } from './checkpoints/withCheckpoints';

/** Options of {@link readCheckpoint}. */
export interface ReadCheckpointOptions
  extends CheckpointOptions,
    LongWorkOptions<CheckpointProgress> {}

/** The contents of a checkpoint. */
export interface CheckpointContents {
  /** The tensors by name, after prefixes are renamed. The caller owns them. */
  params: Params;
  /** The metadata; empty for a format without. That of shards is merged; where they differ, the first shard wins. */
  metadata: Record<string, string>;
  /** The format: `'safetensors'`, `'PyTorch'`, `'ONNX'`, `'tfjs'`, `'Keras'` or `'npz'`. */
  format: string;
}

/**
 * Reads a checkpoint of any format as tensors.
 *
 * Types are converted as in `parseSafetensors`. Tensors are read one after another, so that a file is never in memory
 * twice, except for ONNX files, which are read as a whole.
 *
 * @param path - A safetensors or PyTorch file, the index of a sharded checkpoint (a name that ends in `.json`), an `.npz` file, an ONNX
 * file, the `model.json` of a model of tfjs, a file of Keras, or a folder with one of them.
 * @param options - All have defaults.
 * @returns The tensors, the metadata and the format. The caller owns the tensors: `tf.dispose(params)`.
 * @throws InvalidInputError if a file breaks a rule of its format or has values that no tensor can hold (see
 * `parseSafetensors`), if another program writes it meanwhile, or if a folder has no checkpoint or several. AbortError
 * on abort.
 *
 * @example
 * ```ts given=checkpoints
 * import { dispose } from '@tensorflow/tfjs-core';
 * import { readCheckpoint } from 'perm-lmc/node';
 *
 * const { params, format } = await readCheckpoint('a.safetensors');
 * format; // 'safetensors'
 * dispose(params);
 * ```
 */
export async function readCheckpoint(
  path: string,
  options: ReadCheckpointOptions = {},
): Promise<CheckpointContents> {
  return named('readCheckpoint', async () => {
    assertOptions(options, { ...CHECKPOINT_OPTIONS, signal: true, onProgress: true });
    const { signal: _, onProgress: __, ...own } = options;
    const { signal, onProgress } = longWork(options);
    const yieldPoint = createYieldPoint(signal);
    await yieldPoint();
    const params: Params = {};
    try {
      return await withCheckpoints([path], own, async ([source]) => {
        await readTensors(params, source, yieldPoint, onProgress);
        return { params, metadata: source.metadata, format: source.format.name };
      });
    } catch (error) {
      dispose(params);
      throw error;
    }
  });
}
