import { assertOptions } from '../checks';
import { invalid, named } from '../errors';
import { assertReadable, isFloatDtype } from '../io/internal';
import type { WeightOptions } from '../merging';
import { mixtureWeights } from '../merging/internal';
import type { Permutations } from '../permutation';
import { createYieldPoint, type LongWorkOptions } from '../runtime';
import type { PermutationSpec } from '../symmetry';
import { assertPermutations } from '../symmetry/internal';
import { assertComparableCheckpoints } from './checkpoints/assertComparableCheckpoints';
import { readStoredBytes, withCheckpoints } from './checkpoints/checkpoint';
import { permutedBytes } from './checkpoints/permutedBytes';
import type { PrefixMappings } from './checkpoints/renamedBy';
import { resolveCheckpoint } from './checkpoints/resolveCheckpoint';
import { assertUnshared, sharedTensors, type Unshared } from './checkpoints/sharedTensors';
import { type StoredFloats, weightedSum } from './checkpoints/weightedSum';
import { type CheckpointProgress, writeCheckpoint } from './checkpoints/writeCheckpoint';
import { aboutFile } from './openSafetensors';

/** Options of {@link mergeFiles}. */
export interface MergeFilesOptions extends WeightOptions, LongWorkOptions<CheckpointProgress> {
  /** Whether a file that is already at the path is replaced. Default: false. */
  overwrite?: boolean;
  /**
   * What every name of some of the checkpoints begins with, and what to read in its place, such as
   * `{ from: 'module.', to: '' }`. Checkpoints of which not every name begins with `from` keep their names.
   * The result has the names of the first file as they are stored. Default: no name is changed.
   */
  renamePrefix?: PrefixMappings;
  /**
   * The way to treat a tensor that not every checkpoint has, such as a buffer or a tied head, where the spec
   * calls it optional or allows unlisted ones: `'first'` writes the first checkpoint's as it is, and leaves
   * out what the first lacks; `'error'` refuses the checkpoints. Default: `'error'`.
   */
  unshared?: Unshared;
}

/** The tensors of {@link mergeFiles} that are no mean of all checkpoints, since not all of them have these. */
export interface MergedFiles {
  /** The tensors that were copied from the first checkpoint. */
  readonly kept: readonly string[];
  /** The tensors that were left out, as the first checkpoint lacks them. */
  readonly leftOut: readonly string[];
}

/**
 * The weighted mean of checkpoints on disk, Σ wᵢ·(Pᵢ θᵢ), without tfjs: permutes, adds up and writes one
 * tensor after another, so that the checkpoints may be larger than memory. The sum is made in float64 and
 * rounded once to the type that the first checkpoint stores the tensor in; integers and booleans are the
 * first's. A checkpoint of weight 0 is left out, and where the weights sum to 1 a value that all share stays
 * as it is, infinities included. Names and metadata are the first's; the result is one file, also of sharded checkpoints.
 *
 * @param spec - Which axes share which group.
 * @param paths - At least one safetensors file, or index of a sharded checkpoint.
 * @param permutations - For each checkpoint but the first the permutations that align it to the first,
 * as `weightMatchFiles` finds them.
 * @param output - Where the file goes; it is written as by `writeSafetensors`. It may be one of the
 * inputs, with `overwrite`.
 * @param options - All have defaults.
 * @returns Which tensors not all checkpoints have; none unless `unshared` is `'first'`.
 * @throws InvalidInputError when the checkpoints differ in names or shapes or do not fit the spec, the
 * permutations do not fit it, the weights are negative or do not sum to 1 and `anyWeights` is not set, a mean overflows its type, a
 * tensor is of a type whose values are not read (complex64, float8 and smaller), and as
 * `readSafetensors` and `writeSafetensors` do. AbortError on abort.
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
      renamePrefix: true,
      unshared: true,
      signal: true,
      onProgress: true,
    });
    const { weights, anyWeights, overwrite = false, renamePrefix } = options;
    const { unshared = 'error', signal, onProgress } = options;
    assertCounts(paths, permutations);
    const own = mixtureWeights(paths.length, { weights, anyWeights });
    assertUnshared(unshared);
    const yieldPoint = createYieldPoint(signal);
    await yieldPoint();
    return withCheckpoints(paths, renamePrefix, async (checkpoints) => {
      const [first, ...others] = checkpoints;
      const resolved = others.map((other, i) => {
        // Each with what it shares with the first, as weightMatchFiles matched the two.
        const [own, its] = sharedTensors(spec, [first, other], unshared);
        assertComparableCheckpoints(own, its);
        const fitted = resolveCheckpoint(spec, own);
        assertPermutations(fitted, permutations[i]);
        return fitted;
      });
      resolveCheckpoint(spec, first);
      const shared = sharedTensors(spec, checkpoints, unshared)[0].tensors;
      if (others.length > 0) {
        for (const { stored, file } of shared.values()) {
          aboutFile(file.path, () => assertReadable(stored));
        }
      }
      await writeCheckpoint(
        first,
        async function* (name, tensor) {
          const { stored, file } = tensor;
          const bytes = await readStoredBytes(tensor, yieldPoint);
          if (!isFloatDtype(stored.dtype) || !shared.has(name)) return yield bytes;
          const inputs: StoredFloats[] = [{ path: file.path, stored, bytes }];
          for (const [i, other] of others.entries()) {
            const its = other.tensors.get(name)!;
            const moved = await permutedBytes(name, its, resolved[i], permutations[i], yieldPoint);
            inputs.push({ path: its.file.path, stored: its.stored, bytes: moved });
          }
          yield* weightedSum(stored, stored.dtype, inputs, own);
        },
        { path: output, overwrite, yieldPoint, onProgress },
      );
      const theirs = others.flatMap(({ tensors }) => [...tensors.keys()]);
      return {
        kept: [...first.tensors.keys()].filter((name) => !shared.has(name)),
        leftOut: [...new Set(theirs)].filter((name) => !first.tensors.has(name)),
      };
    });
  });
}

function assertCounts(paths: readonly string[], permutations: readonly Permutations[]): void {
  if (paths.length === 0) {
    throw invalid('there is no checkpoint', 'Pass the paths of one or more');
  }
  if (permutations.length !== paths.length - 1) {
    throw invalid(
      `there are ${paths.length} checkpoints and ${permutations.length} permutations`,
      'Pass permutations for every checkpoint but the first',
    );
  }
}
