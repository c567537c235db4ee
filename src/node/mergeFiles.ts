import { assertOptions } from '../checks';
import { invalid, named } from '../errors';
import { assertReadable, isFloatDtype, storedBits } from '../io/internal';
import type { WeightOptions } from '../merging';
import { mixtureWeights } from '../merging/internal';
import { sizeOf } from '../params/internal';
import type { Permutations } from '../permutation';
import { createYieldPoint, type LongWorkOptions } from '../runtime';
import type { PermutationSpec } from '../symmetry';
import { assertPermutations } from '../symmetry/internal';
import { aboutFile } from './aboutFile';
import { assertComparableCheckpoints } from './checkpoints/assertComparableCheckpoints';
import type { Checkpoint } from './checkpoints/checkpoint';
import type { CheckpointProgress } from './checkpoints/checkpointFormat';
import { CHECKPOINT_OPTIONS, type CheckpointOptions } from './checkpoints/checkpointOptions';
import { permutedBytes } from './checkpoints/permutedBytes';
import { resolveCheckpoint } from './checkpoints/resolveCheckpoint';
import { assertUnshared, sharedTensors, type Unshared } from './checkpoints/sharedTensors';
import { type StoredFloats, weightedSum } from './checkpoints/weightedSum';
import { withCheckpoints } from './checkpoints/withCheckpoints';
import { writeCheckpoint } from './checkpoints/writeCheckpoint';

/** Progress of {@link mergeFiles}, after each tensor. */
export interface MergeFilesProgress extends CheckpointProgress {
  /** The share of the bytes of the result that have been computed, from 0 to 1. */
  readonly fraction: number;
  /** The estimated time until all are computed, in seconds. */
  readonly secondsLeft: number;
}

/** Options of {@link mergeFiles}. */
export interface MergeFilesOptions
  extends WeightOptions,
    CheckpointOptions,
    LongWorkOptions<MergeFilesProgress> {
  /** True to replace a file that is already at `output`. Default: false. */
  overwrite?: boolean;
  /**
   * Treatment of a tensor that some checkpoints lack, such as a buffer or a tied head, if the spec marks it
   * optional or allows unlisted parameters. `'first'` copies it from the first checkpoint, or leaves it out
   * if the first lacks it. `'error'` refuses the checkpoints. Default: `'error'`.
   */
  unshared?: Unshared;
}

/** The tensors that some checkpoints of {@link mergeFiles} lack, so that they are not averaged. */
export interface MergedFiles {
  /** The tensors that were copied from the first checkpoint. */
  readonly kept: readonly string[];
  /** The tensors that were left out, because the first checkpoint lacks them. */
  readonly leftOut: readonly string[];
}

/**
 * Writes the weighted mean of checkpoints on disk, Σ wᵢ·(Pᵢ θᵢ), without tfjs.
 *
 * Tensors are permuted, summed and written one after another, so the checkpoints may be larger than
 * memory. The sum is computed in float64 and rounded once to the type of the tensor in the first
 * checkpoint. A checkpoint of weight 0 is skipped. If the weights sum to 1, a value that is equal in all
 * checkpoints is kept exactly, infinities included. Integers, booleans, names and metadata are those of
 * the first checkpoint. The result is one file, also for sharded checkpoints. Its format is that of the extension
 * of `output`: where the first checkpoint is an ONNX file, the result can be its graph with other weights.
 *
 * @param spec - The axes that share each group.
 * @param paths - One or more safetensors files, indexes of sharded checkpoints, or ONNX files.
 * @param permutations - The permutations that align each checkpoint but the first to the first, as
 * returned by `weightMatchFiles`: one record fewer than `paths`.
 * @param output - The path of the file to write. It may be one of the inputs, with `overwrite`.
 * @param options - All have defaults.
 * @returns The tensors that some checkpoints lack. Both lists are empty unless `unshared` is `'first'`.
 * @throws InvalidInputError if the checkpoints differ in names or shapes, or do not fit the spec; if the
 * permutations do not fit the spec; if the weights are negative or do not sum to 1 (unless `anyWeights`
 * is set); if a mean overflows its type; if a tensor has a type whose values are not read (complex64,
 * float8 or smaller); if a file breaks a rule of the format; if there is a file at `output` and
 * `overwrite` is not set; or if the first checkpoint cannot be written in the format of `output`. AbortError on abort.
 *
 * @example
 * ```ts given=checkpoints
 * import { resnetSpec } from 'perm-lmc';
 * import { mergeFiles, weightMatchFiles } from 'perm-lmc/node';
 *
 * const spec = resnetSpec([2, 2, 2, 2], { layout: 'pytorch' });
 * const paths = ['a.safetensors', 'b.safetensors'];
 * const { permutations } = await weightMatchFiles(spec, paths[0], paths[1]);
 * await mergeFiles(spec, paths, [permutations], 'merged.safetensors', { weights: [0.25, 0.75] });
 * ```
 */
export async function mergeFiles(
  spec: PermutationSpec,
  paths: readonly string[],
  permutations: readonly Permutations[],
  output: string,
  options: MergeFilesOptions = {},
): Promise<MergedFiles> {
  return named('mergeFiles', async () => {
    assertOptions(options, {
      weights: true,
      anyWeights: true,
      overwrite: true,
      ...CHECKPOINT_OPTIONS,
      unshared: true,
      signal: true,
      onProgress: true,
    });
    const { weights, anyWeights, overwrite = false, renamePrefix, key } = options;
    const { unshared = 'error', signal, onProgress } = options;
    assertCounts(paths, permutations);
    const own = mixtureWeights(paths.length, { weights, anyWeights });
    assertUnshared(unshared);
    const yieldPoint = createYieldPoint(signal);
    await yieldPoint();
    return withCheckpoints(paths, { renamePrefix, key }, async (checkpoints) => {
      const [first, ...others] = checkpoints;
      const resolved = others.map((other, i) => {
        // Compared on the tensors that it shares with the first, as in weightMatchFiles.
        const [own, its] = sharedTensors(spec, [first, other], unshared);
        assertComparableCheckpoints(own, its);
        const fitted = resolveCheckpoint(spec, own);
        assertPermutations(fitted, permutations[i]);
        return fitted;
      });
      resolveCheckpoint(spec, first);
      const shared = sharedTensors(spec, checkpoints, unshared)[0].tensors;
      if (others.length > 0) {
        for (const tensor of shared.values()) {
          aboutFile(tensor.path, () => assertReadable(tensor));
        }
      }
      await writeCheckpoint(
        first,
        async function* (name, tensor) {
          const { dtype } = tensor;
          const bytes = await tensor.read(yieldPoint);
          if (!isFloatDtype(dtype) || !shared.has(name)) return yield bytes;
          const inputs: StoredFloats[] = [{ tensor, bytes }];
          for (const [i, other] of others.entries()) {
            const its = other.tensors.get(name)!;
            const moved = await permutedBytes(name, its, resolved[i], permutations[i], yieldPoint);
            inputs.push({ tensor: its, bytes: moved });
          }
          yield* weightedSum(tensor, dtype, inputs, own);
        },
        {
          ...{ path: output, overwrite, yieldPoint },
          onProgress: onProgress && byteProgress(first, onProgress),
        },
      );
      const theirs = others.flatMap(({ tensors }) => [...tensors.keys()]);
      return {
        kept: [...first.tensors.keys()].filter((name) => !shared.has(name)),
        leftOut: [...new Set(theirs)].filter((name) => !first.tensors.has(name)),
      };
    });
  });
}

/** Passes progress on with the share of the bytes and the time that is left. */
function byteProgress(
  { tensors }: Checkpoint,
  onProgress: (progress: MergeFilesProgress) => void,
): (progress: CheckpointProgress) => void {
  const start = Date.now();
  const bytes = new Map(
    [...tensors.values()].map(({ name, dtype, shape }) => [
      name,
      (storedBits(dtype) * sizeOf(shape)) / 8,
    ]),
  );
  const total = [...bytes.values()].reduce((sum, size) => sum + size, 0);
  let written = 0;
  return (progress) => {
    written += bytes.get(progress.tensor)!;
    const isDone = progress.done === progress.total;
    const seconds = (Date.now() - start) / 1000;
    onProgress({
      ...progress,
      fraction: isDone ? 1 : written / total,
      secondsLeft: isDone || written === 0 ? 0 : (seconds * (total - written)) / written,
    });
  };
}

function assertCounts(paths: readonly string[], permutations: readonly Permutations[]): void {
  if (paths.length === 0) {
    throw invalid('there are no checkpoints', 'Pass one path or more', {
      param: 'paths',
      received: paths,
    });
  }
  if (permutations.length !== paths.length - 1) {
    throw invalid(
      `there are ${paths.length} checkpoints and ${permutations.length} permutations`,
      'Pass permutations for every checkpoint but the first',
      { param: 'permutations', received: permutations.length },
    );
  }
}
