import { assertOptions } from '../checks';
import { invalid, named } from '../errors';
import type { WeightOptions } from '../merging';
import { mixtureWeights } from '../merging/internal';
import type { Permutations } from '../permutation';
import { createYieldPoint, type LongWorkOptions, longWork } from '../runtime';
import type { PermutationSpec } from '../symmetry';
import { bytesOf } from './checkpoints/bytesOf';
import type { Checkpoint } from './checkpoints/checkpoint';
import type { CheckpointProgress } from './checkpoints/checkpointFormat';
import { CHECKPOINT_OPTIONS, type CheckpointOptions } from './checkpoints/checkpointOptions';
import { mergedCheckpoints } from './checkpoints/mergedCheckpoints';
import { mergedTensor } from './checkpoints/mergedTensor';
import {
  assertStatistics,
  type MergedStatistics,
  mergedVariances,
  type StatisticsSummary,
} from './checkpoints/mergedVariances';
import { assertShared, SHARED_OPTIONS, type SharedOptions } from './checkpoints/sharedTensors';
import { tiedTensors } from './checkpoints/tiedTensors';
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
    SharedOptions,
    LongWorkOptions<MergeFilesProgress> {
  /** True to replace a file that is already at `output`. Default: false. */
  overwrite?: boolean;
  /**
   * Treatment of the moving variances of batch normalisation, whose mean is too large. `'estimate'` estimates them
   * without data, as `estimateBatchNorm` does; those whose layer is not found are averaged. `'interpolate'`
   * averages all. Moving means are averaged. Default: `'estimate'`.
   */
  statistics?: MergedStatistics;
}

/** The tensors that {@link mergeFiles} did not average. */
export interface MergedFiles {
  /** The tensors that were copied from the first checkpoint. */
  readonly kept: readonly string[];
  /** The tensors that were left out, because the first checkpoint lacks them. */
  readonly leftOut: readonly string[];
  /**
   * The tensors that some checkpoints lack and that are copies of another one in the first, such as a head that is tied
   * to the embeddings: the name of the other one for each. They were written as copies of the merged tensor.
   */
  readonly tied: Readonly<Record<string, string>>;
  /** The tensors with other numbers of rows in some checkpoints, of which the common rows or none were averaged. */
  readonly resized: readonly string[];
  /** The moving variances of batch normalisation: those that were estimated, and those that were averaged. */
  readonly statistics: StatisticsSummary;
}

/**
 * Writes the weighted mean of checkpoints on disk, Σ wᵢ·(Pᵢ θᵢ), without tfjs.
 *
 * Tensors are permuted, summed and written one after another, so the checkpoints may be larger than
 * memory: one tensor of each is held at a time. ONNX files are read as a whole. The sum is computed in float64 and rounded once to the type of the tensor in the first
 * checkpoint. A checkpoint of weight 0 is skipped. If the weights sum to 1, a value that is equal in all
 * checkpoints is kept exactly, infinities included. Integers, booleans, names and metadata are those of
 * the first checkpoint. The moving variances of batch normalisation are estimated instead, see `statistics`.
 *
 * The format is that of the extension of `output`: where the first checkpoint is an ONNX file, the result can be its
 * graph with other weights. An output `….index.json` is written in shards beside it, divided and named as those of the
 * first checkpoint, or by 5 GB if it is one file. Shards never take the names of inputs. All files are put in place at
 * the end, the index last.
 *
 * @param spec - The axes that share each group.
 * @param paths - One or more safetensors or PyTorch files, indexes of sharded checkpoints, `.npz` files, ONNX files,
 * `model.json` of models of tfjs, files of Keras, or folders with one of them. Their formats may differ.
 * @param permutations - The permutations that align each checkpoint but the first to the first, as
 * returned by `weightMatchFiles`: one record fewer than `paths`.
 * @param output - The path of the file to write. It may be one of the inputs, with `overwrite`.
 * @param options - All have defaults.
 * @returns The tensors that were not averaged, because some checkpoints lack them or have other numbers of rows (none
 * unless `unshared` or `embeddings` allows it), and what was done with the moving variances of batch normalisation.
 * @throws InvalidInputError if the checkpoints differ in names or shapes, or do not fit the spec; if the permutations
 * do not fit the spec; if the weights are negative or do not sum to 1 (unless `anyWeights` is set); if a mean overflows
 * its type; if a tensor has a type whose values are not read (complex64, or floats below 8 bits); if a file breaks a
 * rule of the format, or another program writes it meanwhile (nothing is written then); if there is a file at `output`
 * and `overwrite` is not set; or if the first checkpoint cannot be written in the format of `output`. AbortError on
 * abort.
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
      anyWeights: 'boolean',
      overwrite: 'boolean',
      ...CHECKPOINT_OPTIONS,
      ...SHARED_OPTIONS,
      statistics: true,
      signal: true,
      onProgress: true,
    });
    const { weights, anyWeights, overwrite = false, renamePrefix, key } = options;
    const { unshared = 'error', embeddings = 'error' } = options;
    const { statistics = 'estimate' } = options;
    const { signal, onProgress } = longWork(options);
    const sharing = { unshared, embeddings };
    assertCounts(paths, permutations);
    const own = mixtureWeights(paths.length, { weights, anyWeights });
    assertShared(sharing);
    assertStatistics(statistics);
    const yieldPoint = createYieldPoint(signal);
    await yieldPoint();
    return withCheckpoints(paths, { renamePrefix, key }, async (checkpoints) => {
      const [first] = checkpoints;
      const merge = mergedCheckpoints(spec, checkpoints, permutations, sharing);
      const { tensors: shared } = merge.checkpoints[0];
      const tied = await tiedTensors(first.tensors, (name) => shared.has(name), yieldPoint);
      const variances = mergedVariances(merge, own, statistics, yieldPoint);
      const { estimates } = variances;
      await writeCheckpoint(
        first,
        (name, tensor) =>
          mergedTensor(name, tensor, { ...merge, weights: own, tied, estimates, yieldPoint }),
        {
          ...{ path: output, overwrite, yieldPoint },
          onProgress: onProgress && byteProgress(first, onProgress),
          inputs: checkpoints,
        },
      );
      return {
        kept: [...first.tensors.keys()].filter((name) => !shared.has(name) && !tied.has(name)),
        leftOut: namesBeside(checkpoints),
        tied: Object.fromEntries(tied),
        resized: merge.resized,
        statistics: variances.summary,
      };
    });
  });
}

/** The names of tensors that the first checkpoint lacks. */
function namesBeside([first, ...others]: readonly Checkpoint[]): string[] {
  const names = new Set(others.flatMap(({ tensors }) => [...tensors.keys()]));
  return [...names].filter((name) => !first.tensors.has(name));
}

/** Passes progress on with the share of the bytes and the time that is left. */
function byteProgress(
  { tensors }: Checkpoint,
  onProgress: (progress: MergeFilesProgress) => void,
): (progress: CheckpointProgress) => void {
  const start = Date.now();
  const bytes = new Map([...tensors.values()].map((tensor) => [tensor.name, bytesOf(tensor)]));
  const total = [...bytes.values()].reduce((sum, size) => sum + size, 0);
  let written = 0;
  return (progress) => {
    written += bytes.get(progress.tensor)!;
    const isDone = written === total; // Only tensors without elements are left.
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
