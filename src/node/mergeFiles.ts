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
import { type Checkpoint, filesOfCheckpoint } from './checkpoints/checkpoint';
import type { CheckpointProgress } from './checkpoints/checkpointFormat';
import { CHECKPOINT_OPTIONS, type CheckpointOptions } from './checkpoints/checkpointOptions';
import {
  assertStatistics,
  type MergedStatistics,
  mergedVariances,
  type StatisticsSummary,
} from './checkpoints/mergedVariances';
import { permutedBytes } from './checkpoints/permutedBytes';
import { resolveCheckpoint } from './checkpoints/resolveCheckpoint';
import { roundedFloats } from './checkpoints/roundedFloats';
import {
  assertShared,
  SHARED_OPTIONS,
  type SharedOptions,
  sharedTensors,
} from './checkpoints/sharedTensors';
import type { StoredFloats } from './checkpoints/storedFloats';
import { tiedTensors } from './checkpoints/tiedTensors';
import { WIDER, weightedSum } from './checkpoints/weightedSum';
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
 * memory. The sum is computed in float64 and rounded once to the type of the tensor in the first
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
 * @param paths - One or more safetensors or PyTorch files, indexes of sharded checkpoints, `.npz` files, ONNX files, `model.json` of
 * models of tfjs, files of Keras, or folders with one of them.
 * @param permutations - The permutations that align each checkpoint but the first to the first, as
 * returned by `weightMatchFiles`: one record fewer than `paths`.
 * @param output - The path of the file to write. It may be one of the inputs, with `overwrite`.
 * @param options - All have defaults.
 * @returns The tensors that were not averaged, because some checkpoints lack them or have other numbers of rows (none
 * unless `unshared` or `embeddings` allows it), and what was done with the moving variances of batch normalisation.
 * @throws InvalidInputError if the checkpoints differ in names or shapes, or do not fit the spec; if the
 * permutations do not fit the spec; if the weights are negative or do not sum to 1 (unless `anyWeights`
 * is set); if a mean overflows its type; if a tensor has a type whose values are not read (complex64,
 * or floats below 8 bits); if a file breaks a rule of the format; if there is a file at `output` and
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
      ...SHARED_OPTIONS,
      statistics: true,
      signal: true,
      onProgress: true,
    });
    const { weights, anyWeights, overwrite = false, renamePrefix, key } = options;
    const { unshared = 'error', embeddings = 'error' } = options;
    const { statistics = 'estimate', signal, onProgress } = options;
    const sharing = { unshared, embeddings };
    assertCounts(paths, permutations);
    const own = mixtureWeights(paths.length, { weights, anyWeights });
    assertShared(sharing);
    assertStatistics(statistics);
    const yieldPoint = createYieldPoint(signal);
    await yieldPoint();
    return withCheckpoints(paths, { renamePrefix, key }, async (checkpoints) => {
      const [first, ...others] = checkpoints;
      const resolved = others.map((other, i) => {
        // Compared on the tensors that it shares with the first, as in weightMatchFiles.
        const pair = sharedTensors(spec, [first, other], sharing);
        const [own, its] = pair.checkpoints;
        assertComparableCheckpoints(own, its);
        const fitted = resolveCheckpoint(pair.spec, own);
        assertPermutations(fitted, permutations[i]);
        return fitted;
      });
      const sharedBy = sharedTensors(spec, checkpoints, sharing);
      const [{ tensors: shared }, ...theirOwn] = sharedBy.checkpoints;
      const fitted = resolveCheckpoint(sharedBy.spec, sharedBy.checkpoints[0]);
      if (others.length > 0) {
        for (const tensor of shared.values()) {
          aboutFile(tensor.path, () => assertReadable(tensor));
        }
      }
      const tied = await tiedTensors(first.tensors, (name) => shared.has(name), yieldPoint);
      const variances = mergedVariances(
        {
          ...{ checkpoints: sharedBy.checkpoints, fitted, resolved },
          ...{ permutations, weights: own, yieldPoint },
        },
        statistics,
      );
      await writeCheckpoint(
        first,
        async function* (name, tensor) {
          const { dtype } = tensor;
          const estimate = variances.estimates.get(name);
          if (estimate && isFloatDtype(dtype)) {
            const block = { subject: 'the estimate of', name, from: 0, remedy: WIDER };
            return yield roundedFloats(await estimate(), dtype, block);
          }
          const bytes = await tensor.read(yieldPoint);
          const source = tied.get(name) ?? name;
          const mine = shared.get(source);
          if (!isFloatDtype(dtype) || mine === undefined) return yield bytes;
          const inputs: StoredFloats[] = [{ tensor: mine, bytes }];
          for (const [i, { tensors }] of theirOwn.entries()) {
            const its = tensors.get(source)!;
            const [groups, moves] = [resolved[i], permutations[i]];
            const moved = await permutedBytes(source, its, groups, moves, yieldPoint);
            inputs.push({ tensor: its, bytes: moved });
          }
          yield* weightedSum(mine, dtype, inputs, own);
          const merged = (sizeOf(mine.shape) * storedBits(dtype)) / 8;
          if (merged < bytes.length) yield bytes.subarray(merged); // Rows that others lack.
        },
        {
          ...{ path: output, overwrite, yieldPoint },
          onProgress: onProgress && byteProgress(first, onProgress),
          inputs: checkpoints.flatMap(filesOfCheckpoint),
        },
      );
      const theirs = others.flatMap(({ tensors }) => [...tensors.keys()]);
      return {
        kept: [...first.tensors.keys()].filter((name) => !shared.has(name) && !tied.has(name)),
        leftOut: [...new Set(theirs)].filter((name) => !first.tensors.has(name)),
        tied: Object.fromEntries(tied),
        resized: [...first.tensors].flatMap(([name, { shape }]) =>
          checkpoints.some(({ tensors }) => (tensors.get(name)?.shape ?? shape)[0] !== shape[0])
            ? [name]
            : [],
        ),
        statistics: variances.summary,
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
