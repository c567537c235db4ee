import { freemem } from 'node:os';
import { solveAssignment } from '../assignment';
import { assertOptions } from '../checks';
import { invalid, named } from '../errors';
import type { MatchResult, WeightMatchOptions } from '../matching';
import { assertSettings, matchNetworks, WEIGHT_MATCH_OPTIONS } from '../matching/internal';
import { isTrainable } from '../params';
import { createYieldPoint } from '../runtime';
import type { PermutationSpec } from '../symmetry';
import { withCheckpoints } from './checkpoints/checkpoint';
import { checkpointNetworks } from './checkpoints/checkpointNetworks';
import type { PrefixMappings } from './checkpoints/renamedBy';
import { assertUnshared, sharedTensors, type Unshared } from './checkpoints/sharedTensors';

/** Options of {@link weightMatchFiles}: those of `weightMatch`, less the choice of an engine. */
export interface WeightMatchFilesOptions extends Omit<WeightMatchOptions, 'engine'> {
  /**
   * The most bytes to keep between steps: half of it for weights, half for grams. With less, weights are
   * read again and grams computed anew, which takes longer; the results agree within rounding.
   * Default: half of what the machine has free.
   */
  memory?: number;
  /** The prefixes to rename in a checkpoint's names, so that they are those of the spec, see {@link MergeFilesOptions.renamePrefix}. */
  renamePrefix?: PrefixMappings;
  /**
   * The way to treat a tensor that one checkpoint lacks, where the spec calls it optional or allows unlisted
   * ones: `'first'` leaves it out of matching, `'error'` refuses the checkpoints. Default: `'error'`. See
   * {@link MergeFilesOptions.unshared}.
   */
  unshared?: Unshared;
}

/** Files are multiplied by the engine `'packed'` alone. */
const { engine: _, ...OWN_OPTIONS } = WEIGHT_MATCH_OPTIONS;

/**
 * `weightMatch` on two checkpoints on disk, without tfjs: each tensor is read when it is needed, so that
 * the checkpoints may be larger than memory. Floats of any size are compared as float32. The result is
 * that of `weightMatch` with the engine `'packed'` on what `readSafetensors` reads, to the bit where
 * `memory` holds as much as that keeps.
 *
 * Beyond `memory` it takes what the largest parameter takes as float32, four times, and 16·n² bytes
 * for the largest group. `threads` share memory that holds both checkpoints whole.
 *
 * @param spec - The axes that share each group.
 * @param pathA - The reference: a safetensors file, or the index of a sharded checkpoint, a file whose
 * name ends in `.json`.
 * @param pathB - The checkpoint to permute, with the same names and shapes.
 * @param options - All have defaults.
 * @returns The permutations (use them with `permuteFile` or `mergeFiles`) and how they were found.
 * @throws InvalidInputError as `weightMatch` and `readSafetensors` do. AbortError on abort.
 *
 * @example
 * ```ts given=checkpoints
 * import { resnetSpec } from 'perm-lmc';
 * import { mergeFiles, weightMatchFiles } from 'perm-lmc/node';
 *
 * const spec = resnetSpec([2, 2, 2, 2], { layout: 'pytorch' });
 * const { permutations } = await weightMatchFiles(spec, 'a.safetensors', 'b.safetensors');
 * const paths = ['a.safetensors', 'b.safetensors'];
 * await mergeFiles(spec, paths, [permutations], 'merged.safetensors');
 * ```
 */
export async function weightMatchFiles(
  spec: PermutationSpec,
  pathA: string,
  pathB: string,
  options: WeightMatchFilesOptions = {},
): Promise<MatchResult> {
  return named('weightMatchFiles', async () => {
    assertOptions(options, {
      ...OWN_OPTIONS,
      ...{ memory: true, renamePrefix: true, unshared: true },
    });
    const {
      order = 'random',
      seed = 0,
      restarts = 1,
      initial,
      maxSweeps = 100,
      kernel = 'linear',
      include = isTrainable,
      solver = solveAssignment,
      incremental = true,
      memory = freeMemory() / 2,
      renamePrefix,
      unshared = 'error',
      threads,
      signal,
      onProgress,
    } = options;
    const settings = { order, seed, restarts, initial, maxSweeps, kernel, threads };
    assertSettings(settings);
    assertUnshared(unshared);
    if (!(memory >= 0)) {
      throw invalid(`memory must be ≥ 0, received ${memory}`, 'Pass a number of bytes');
    }
    const yieldPoint = createYieldPoint(signal);
    await yieldPoint();
    return withCheckpoints([pathA, pathB], renamePrefix, async (checkpoints) => {
      const [a, b] = sharedTensors(spec, checkpoints, unshared);
      const networks = checkpointNetworks(spec, a, b, { include, memory, yieldPoint });
      const run = { solver, incremental, signal, yieldPoint, onProgress };
      return matchNetworks(networks, { ...settings, ...run });
    });
  });
}

/** Bytes that may be taken without others being swapped out, a limit on the process included. */
function freeMemory(): number {
  return process.availableMemory?.() ?? freemem();
}
