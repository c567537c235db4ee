import { assertOptions } from '../checks';
import { named } from '../errors';
import type { Permutations } from '../permutation';
import { createYieldPoint, type LongWorkOptions, longWork } from '../runtime';
import type { PermutationSpec } from '../symmetry';
import { assertPermutations } from '../symmetry/internal';
import type { CheckpointProgress } from './checkpoints/checkpointFormat';
import { CHECKPOINT_OPTIONS, type CheckpointOptions } from './checkpoints/checkpointOptions';
import { permutedBytes } from './checkpoints/permutedBytes';
import { resolveCheckpoint } from './checkpoints/resolveCheckpoint';
import { withCheckpoints } from './checkpoints/withCheckpoints';
import { writeCheckpoint } from './checkpoints/writeCheckpoint';

/** Options of {@link permuteFile}. */
export interface PermuteFileOptions extends CheckpointOptions, LongWorkOptions<CheckpointProgress> {
  /** True to replace a file that is already at `output`. Default: false. */
  overwrite?: boolean;
}

/**
 * Permutes a checkpoint on disk, without tfjs: `permute` for files.
 *
 * Tensors are read, permuted and written one after another. Names, types and metadata do not change, and
 * every element keeps its bits. The format is that of the extension of `output`: an ONNX file can be written as ONNX or
 * as safetensors. An output `….index.json` is written in shards beside it, as by {@link mergeFiles}.
 *
 * @param spec - The axes that share each group.
 * @param path - A safetensors or PyTorch file, the index of a sharded checkpoint (a name that ends in `.json`), an `.npz` file, an ONNX
 * file, the `model.json` of a model of tfjs, a file of Keras, or a folder with one of them.
 * @param permutations - One permutation per group.
 * @param output - The path of the file to write. It may be `path` itself, with `overwrite`.
 * @param options - All have defaults.
 * @throws InvalidInputError if the checkpoint or the permutations do not fit the spec, if a file breaks a rule of the
 * format or is written by another program meanwhile, or if there is a file at `output` and `overwrite` is not set, or
 * if the checkpoint cannot be written in the format of `output`. AbortError on abort.
 *
 * @example
 * ```ts given=checkpoints
 * import { resnetSpec } from 'perm-lmc';
 * import { permuteFile, weightMatchFiles } from 'perm-lmc/node';
 *
 * const spec = resnetSpec([2, 2, 2, 2], { layout: 'pytorch' });
 * const { permutations } = await weightMatchFiles(spec, 'a.safetensors', 'b.safetensors');
 * await permuteFile(spec, 'b.safetensors', permutations, 'aligned.safetensors');
 * ```
 */
export async function permuteFile(
  spec: PermutationSpec,
  path: string,
  permutations: Permutations,
  output: string,
  options: PermuteFileOptions = {},
): Promise<void> {
  return named('permuteFile', async () => {
    assertOptions(options, {
      overwrite: 'boolean',
      ...CHECKPOINT_OPTIONS,
      signal: true,
      onProgress: true,
    });
    const { overwrite = false, renamePrefix, key } = options;
    const { signal, onProgress } = longWork(options);
    const yieldPoint = createYieldPoint(signal);
    await yieldPoint();
    await withCheckpoints([path], { renamePrefix, key }, async ([source]) => {
      const resolved = resolveCheckpoint(spec, source);
      assertPermutations(resolved, permutations);
      await writeCheckpoint(
        source,
        async function* (name, tensor) {
          yield await permutedBytes(name, tensor, resolved, permutations, yieldPoint);
        },
        { path: output, inputs: [source], overwrite, yieldPoint, onProgress },
      );
    });
  });
}
