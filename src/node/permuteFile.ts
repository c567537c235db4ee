import { assertOptions } from '../checks';
import { named } from '../errors';
import type { Permutations } from '../permutation';
import { createYieldPoint, type LongWorkOptions } from '../runtime';
import type { PermutationSpec } from '../symmetry';
import { assertPermutations } from '../symmetry/internal';
import { withCheckpoints } from './checkpoints/checkpoint';
import { permutedBytes } from './checkpoints/permutedBytes';
import type { PrefixMappings } from './checkpoints/renamedBy';
import { resolveCheckpoint } from './checkpoints/resolveCheckpoint';
import { type CheckpointProgress, writeCheckpoint } from './checkpoints/writeCheckpoint';

/** Options of {@link permuteFile}. */
export interface PermuteFileOptions extends LongWorkOptions<CheckpointProgress> {
  /** Whether a file that is already at the path is replaced. Default: false. */
  overwrite?: boolean;
  /** Brings the names of the checkpoint to those of the spec, see {@link MergeFilesOptions.renamePrefix}. */
  renamePrefix?: PrefixMappings;
}

/**
 * `permute` on a checkpoint on disk, without tfjs: reads, moves and writes one tensor after another. Names,
 * types and metadata stay as they are, every element keeps its bits. A sharded checkpoint becomes
 * one file.
 *
 * @param spec - Which axes share which group.
 * @param path - A safetensors file, or the index of a sharded checkpoint.
 * @param permutations - One for each group.
 * @param output - Where the file goes; it is written as by `writeSafetensors`. It may be `path` itself, with
 * `overwrite`.
 * @param options - All have defaults.
 * @throws InvalidInputError when the checkpoint does not fit the spec, or the permutations do not fit it,
 * and as `readSafetensors` and `writeSafetensors` do. AbortError on abort.
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
      overwrite: true,
      renamePrefix: true,
      signal: true,
      onProgress: true,
    });
    const { overwrite = false, renamePrefix, signal, onProgress } = options;
    const yieldPoint = createYieldPoint(signal);
    await yieldPoint();
    await withCheckpoints([path], renamePrefix, async ([source]) => {
      const resolved = resolveCheckpoint(spec, source);
      assertPermutations(resolved, permutations);
      await writeCheckpoint(
        source,
        async function* (name, tensor) {
          yield await permutedBytes(name, tensor, resolved, permutations, yieldPoint);
        },
        { path: output, overwrite, yieldPoint, onProgress },
      );
    });
  });
}
