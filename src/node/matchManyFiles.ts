import { assertOptions } from '../checks';
import { invalid, named } from '../errors';
import type { MatchManyOptions, MatchManyResult } from '../matching';
import {
  assertJointSettings,
  assertOnGroups,
  completeJointOptions,
  layerSize,
  MATCH_MANY_OPTIONS,
  matchPair,
  matchStored,
  packedMany,
  type SumValues,
  valuesInMemory,
} from '../matching/internal';
import { createYieldPoint } from '../runtime';
import type { PermutationSpec } from '../symmetry';
import { checkpointNetworks } from './checkpoints/checkpointNetworks';
import { CHECKPOINT_OPTIONS, type CheckpointOptions } from './checkpoints/checkpointOptions';
import { checkpointStore } from './checkpoints/checkpointStore';
import { assertMemory, freeMemory } from './checkpoints/freeMemory';
import {
  assertShared,
  SHARED_OPTIONS,
  type SharedOptions,
  sharedTensors,
} from './checkpoints/sharedTensors';
import { withCheckpoints } from './checkpoints/withCheckpoints';
import { withScratchFile } from './checkpoints/withScratchFile';

/** Options of {@link matchManyFiles}: those of `matchMany` except `engine`, and options for files. */
export interface MatchManyFilesOptions
  extends Omit<MatchManyOptions, 'engine'>,
    CheckpointOptions,
    SharedOptions {
  /**
   * The most bytes to keep between steps: half for weights and sums of networks, half for grams. Sums that do not
   * fit are kept in a temporary file. Default: half of the free memory.
   */
  memory?: number;
}

/** Files are always matched with the engine `'packed'`. */
const { engine: _, ...OWN_OPTIONS } = MATCH_MANY_OPTIONS;

/**
 * Matches checkpoints on disk jointly, without tfjs: `matchMany` for files.
 *
 * Each tensor is read when it is needed, so the checkpoints may be larger than memory. Floats of any type are
 * compared as float32. If `memory` is large enough for the grams, the result is bitwise equal to that of
 * `readSafetensors` and `matchMany` with the engine `'packed'`.
 *
 * Up to two sums of the included parameters are kept, 16 bytes for each of their values under the kernel
 * `'linear'`: in half of `memory`, or else in a file in the folder for temporary files. Peak memory beyond `memory`: 8
 * times the largest parameter as float32, and 16·n² bytes for the largest group of n units. With `threads`, a
 * network and the sum of the others are in shared memory as a whole, and a start that matches pairs takes as much
 * for each thread.
 *
 * @param spec - The axes that share each group.
 * @param paths - Two or more, [networks]: safetensors or PyTorch files, indexes of sharded checkpoints (names that end in
 * `.json`), `.npz` files, ONNX files, or folders with one of them, with the same names and shapes.
 * @param options - All have defaults.
 * @returns The permutations of each network, [networks], the identity for the reference, with the course and the
 * quality of the match. With the first as the reference, `permutations.slice(1)` is for `mergeFiles`.
 * @throws InvalidInputError if there are fewer than two paths, the checkpoints differ in names or shapes or do not fit
 * the spec, an option is invalid, or a file breaks a rule of the format or is written by another program meanwhile.
 * AbortError on abort.
 *
 * @example
 * ```ts given=checkpoints
 * import { resnetSpec } from 'perm-lmc';
 * import { matchManyFiles, mergeFiles } from 'perm-lmc/node';
 *
 * const spec = resnetSpec([2, 2, 2, 2], { layout: 'pytorch' });
 * const paths = ['a.safetensors', 'b.safetensors', 'a.safetensors'];
 * const { permutations } = await matchManyFiles(spec, paths, { pairs: false });
 * await mergeFiles(spec, paths, permutations.slice(1), 'merged.safetensors');
 * ```
 */
export async function matchManyFiles(
  spec: PermutationSpec,
  paths: readonly string[],
  options: MatchManyFilesOptions = {},
): Promise<MatchManyResult> {
  return named('matchManyFiles', async () => {
    assertOptions(options, {
      ...OWN_OPTIONS,
      ...CHECKPOINT_OPTIONS,
      ...SHARED_OPTIONS,
      memory: true,
    });
    const { memory = freeMemory() / 2, renamePrefix, key, ...rest } = options;
    const { unshared = 'error', embeddings = 'error', ...others } = rest;
    const shared = { unshared, embeddings };
    const { include, engine: __, ...joint } = completeJointOptions(others);
    assertPaths(paths);
    assertJointSettings(joint, paths.length);
    assertShared(shared);
    assertMemory(memory);
    const yieldPoint = createYieldPoint(joint.signal);
    await yieldPoint();
    return withCheckpoints(paths, { renamePrefix, key }, async (opened) => {
      const own = sharedTensors(spec, opened, shared);
      const { checkpoints } = own;
      const store = checkpointStore(own.spec, checkpoints, include, yieldPoint);
      assertOnGroups(store.resolved, joint);
      const { kernel, ...match } = { ...joint, yieldPoint };
      if (paths.length === 2) {
        const [a, b] = [checkpoints[joint.reference], checkpoints[1 - joint.reference]];
        const networks = checkpointNetworks(own.spec, a, b, { include, memory, yieldPoint });
        return matchPair(networks, { ...match, kernel });
      }
      const bytes = 8 * layerSize(store, kernel);
      const matchWith = (newSum: () => SumValues, sums: number) => {
        const values = memory / 2 - sums;
        const own = { grams: Math.min(bytes, memory / 2), values, newSum };
        return matchStored(packedMany(store, kernel, own), match);
      };
      return 2 * bytes <= memory / 2
        ? matchWith(valuesInMemory, 2 * bytes)
        : withScratchFile((newSum) => matchWith(newSum, 0));
    });
  });
}

function assertPaths(paths: readonly string[]): void {
  if (Array.isArray(paths) && paths.length >= 2) return;
  const received = Array.isArray(paths) ? paths.length : typeof paths;
  throw invalid(
    `expected an array of at least 2 paths, received ${received}`,
    'Pass the paths of two checkpoints or more',
    { param: 'paths', received },
  );
}
