import { assertOptions } from '../checks';
import { named } from '../errors';
import type { WeightMatchOptions, WeightMatchResult } from '../matching';
import {
  assertNoEvaluate,
  assertResult,
  assertSettings,
  completeOptions,
  type MatchJournal,
  matchNetworks,
  WEIGHT_MATCH_OPTIONS,
} from '../matching/internal';
import { createYieldPoint, type LongWorkOptions, longWork } from '../runtime';
import type { PermutationSpec } from '../symmetry';
import { checkpointNetworks } from './checkpoints/checkpointNetworks';
import { CHECKPOINT_OPTIONS, type CheckpointOptions } from './checkpoints/checkpointOptions';
import { assertMemory, freeMemory } from './checkpoints/freeMemory';
import {
  assertShared,
  SHARED_OPTIONS,
  type SharedOptions,
  sharedTensors,
} from './checkpoints/sharedTensors';
import { withCheckpoints } from './checkpoints/withCheckpoints';
import { matchProgress, type WeightMatchFilesProgress } from './matchProgress';
import { matchIdentity } from './state/matchIdentity';
import { type MatchStateFile, matchStateFile } from './state/matchStateFile';

/** Options of {@link weightMatchFiles}: those of `weightMatch` except `engine`, and options for files. */
export interface WeightMatchFilesOptions
  extends Omit<WeightMatchOptions, 'engine' | 'onProgress'>,
    CheckpointOptions,
    SharedOptions,
    LongWorkOptions<WeightMatchFilesProgress> {
  /**
   * The most bytes to keep between steps: half for weights, half for grams. If it is too small for all,
   * weights are read again and grams are computed again, which takes longer. The results agree within
   * rounding. Default: half of the free memory.
   */
  memory?: number;
  /**
   * The path of a file for the state of the match. It is written every few seconds and when the match is aborted. A
   * match of the same checkpoints with the same options goes on from it; once the match has ended, the file holds the
   * result. Frank–Wolfe and a search are not kept: they begin again. Default: no state is kept.
   */
  state?: string;
}

/** The result of {@link weightMatchFiles}. */
export interface WeightMatchFilesResult extends WeightMatchResult {
  /** True if the match went on from a state, or the file has the result of an earlier one. Only with `state`. */
  readonly resumed?: boolean;
}

/** Files are always matched with the engine `'packed'`. */
const { engine: _, ...OWN_OPTIONS } = WEIGHT_MATCH_OPTIONS;

/**
 * Matches two checkpoints on disk, without tfjs: `weightMatch` for files.
 *
 * Each tensor is read when it is needed, so the checkpoints may be larger than memory. Floats of any type
 * are compared as float32. If `memory` is large enough for all weights and grams, the result is bitwise
 * equal to that of `readSafetensors` and `weightMatch` with the engine `'packed'`.
 *
 * Peak memory beyond `memory`: 4 times the largest parameter as float32, and 16·n² bytes for the largest
 * group of n units. With `threads`, the values of both checkpoints are kept in shared memory if half of `memory` has room for
 * all. Otherwise threads share products alone, and the parameter of a product is in shared memory once more.
 *
 * @param spec - The axes that share each group.
 * @param pathA - The reference: a safetensors or PyTorch file, the index of a sharded checkpoint (a name that ends in `.json`), an
 * `.npz` file, an ONNX file, which is read as a whole, or a folder with one of them.
 * @param pathB - The checkpoint to permute, with the same names and shapes.
 * @param options - All have defaults.
 * @returns The permutations, for `permuteFile` or `mergeFiles`, and the record of the match.
 * @throws InvalidInputError if the checkpoints differ in names or shapes or do not fit the spec, if an option is
 * invalid, if a file breaks a rule of the format or is written by another program meanwhile, or if `state` is of
 * another match. AbortError on abort.
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
): Promise<WeightMatchFilesResult> {
  return named('weightMatchFiles', async () => {
    assertOptions(options, {
      ...OWN_OPTIONS,
      ...CHECKPOINT_OPTIONS,
      ...SHARED_OPTIONS,
      ...{ memory: true, state: true },
    });
    const {
      memory = freeMemory() / 2,
      renamePrefix,
      key,
      state,
      onProgress: given,
      ...rest
    } = options;
    const { unshared = 'error', embeddings = 'error', ...others } = rest;
    const shared = { unshared, embeddings };
    const { signal, onProgress } = longWork({ signal: others.signal, onProgress: given });
    const { include, ...settings } = completeOptions({ ...others, signal });
    assertSettings(settings);
    assertNoEvaluate(settings.searchOptions, 'checkpoints');
    assertShared(shared);
    assertMemory(memory);
    const yieldPoint = createYieldPoint(settings.signal);
    await yieldPoint();
    const progress = onProgress && matchProgress(onProgress);
    return withCheckpoints([pathA, pathB], { renamePrefix, key }, async (checkpoints) => {
      const own = sharedTensors(spec, checkpoints, shared);
      const [a, b] = own.checkpoints;
      const networks = checkpointNetworks(own.spec, a, b, {
        ...{ include, memory, meter: progress?.meter, yieldPoint },
      });
      const match = (journal?: MatchJournal) =>
        matchNetworks(networks, { ...settings, ...progress, yieldPoint, journal });
      if (state === undefined) return match();
      const identity = await matchIdentity(own.spec, [a, b], networks.names, settings);
      const file = await matchStateFile(state, identity, networks.resolved, settings);
      if (file.result === null) return matchWithState(file, match);
      await assertResult(networks, file.result, { ...settings, yieldPoint });
      return { ...file.result, resumed: true };
    });
  });
}

/** Matches with a state, and writes the result into its file. */
async function matchWithState(
  { journal, flush, finish }: MatchStateFile,
  match: (journal: MatchJournal) => Promise<WeightMatchResult>,
): Promise<WeightMatchFilesResult> {
  try {
    const found = await match(journal);
    finish(found);
    return { ...found, resumed: journal.before !== null };
  } finally {
    flush();
  }
}
