import { assertOptions } from '../checks';
import { invalid, named } from '../errors';
import { isFloatDtype, quoted } from '../io/internal';
import type { TransportOptions } from '../merging';
import { assertScale } from '../merging/internal';
import { isTrainable } from '../params';
import type { Permutations } from '../permutation';
import { createYieldPoint, type LongWorkOptions, longWork } from '../runtime';
import type { PermutationSpec } from '../symmetry';
import { assertPermutations } from '../symmetry/internal';
import type { Checkpoint } from './checkpoints/checkpoint';
import type { CheckpointProgress } from './checkpoints/checkpointFormat';
import { CHECKPOINT_OPTIONS, type CheckpointOptions } from './checkpoints/checkpointOptions';
import { formatOfOutput } from './checkpoints/formatOfFile';
import { permutedBytes } from './checkpoints/permutedBytes';
import { resolveCheckpoint } from './checkpoints/resolveCheckpoint';
import { assertShared, type SharedOptions } from './checkpoints/sharedTensors';
import type { StoredFloats } from './checkpoints/storedFloats';
import { transportedSum } from './checkpoints/transportedSum';
import { type TransportCheckpoints, transportPlan } from './checkpoints/transportPlan';
import { withCheckpoints } from './checkpoints/withCheckpoints';
import { writeCheckpoint } from './checkpoints/writeCheckpoint';

/** The paths of the checkpoints of {@link transportFiles}. */
export interface TransportPaths {
  /** The base that the fine-tuned network started from. */
  base: string;
  /** The fine-tuned network. */
  tuned: string;
  /** The base that the change is added to. */
  target: string;
}

/** Options of {@link transportFiles}. */
export interface TransportFilesOptions
  extends TransportOptions,
    CheckpointOptions,
    Pick<SharedOptions, 'unshared'>,
    LongWorkOptions<CheckpointProgress> {
  /** True to replace a file that is already at `output`. Default: false. */
  overwrite?: boolean;
}

/** The tensors that {@link transportFiles} did not add a change to. */
export interface TransportedFiles {
  /**
   * The tensors that were taken from the fine-tuned network whole, because its base lacks them or has them in another
   * shape, such as a new head.
   */
  readonly added: readonly string[];
  /** The tensors that were copied from the target, because the fine-tuned network lacks them. */
  readonly kept: readonly string[];
  /** The tensors that were left out, because the target lacks them. */
  readonly leftOut: readonly string[];
}

/**
 * Moves the change of a fine-tuned checkpoint to another base on disk, without tfjs: `transport` for files. With the
 * permutations P that align the base to the target
 *
 *     target + λ·P[tuned − base]
 *
 * Tensors are read, permuted, summed and written one after another. The sum is computed in float64 and rounded once to
 * the type of the target. Names, integers, booleans and metadata are those of the target. A tensor that the base lacks
 * or has in another shape, such as a new head, is taken from the fine-tuned network, permuted as the spec says.
 *
 * @param spec - The axes that share each group.
 * @param paths - The paths of the checkpoints, of any format that is read.
 * @param permutations - The permutations that align the base to the target, as
 * `weightMatchFiles(spec, target, base)` finds them.
 * @param output - The path of the file to write.
 * @param options - All have defaults.
 * @returns The tensors that were not changed by a sum.
 * @throws InvalidInputError if the checkpoints differ in names, shapes or kinds of values, or do not fit the spec; if
 * the permutations do not fit the spec; if a moving variance would become negative, or a sum overflows its type; if a
 * file breaks a rule of its format, or another program writes it meanwhile; if there is a file at `output` and
 * `overwrite` is not set; or if the target cannot be written in the format of `output`. AbortError on abort.
 *
 * @example
 * ```ts given=checkpoints
 * import { resnetSpec } from 'perm-lmc';
 * import { transportFiles, weightMatchFiles } from 'perm-lmc/node';
 *
 * const spec = resnetSpec([2, 2, 2, 2], { layout: 'pytorch' });
 * const { permutations } = await weightMatchFiles(spec, 'b.safetensors', 'a.safetensors');
 * // The fine-tuned network is a itself here, so that nothing changes.
 * const paths = { base: 'a.safetensors', tuned: 'a.safetensors', target: 'b.safetensors' };
 * await transportFiles(spec, paths, permutations, 'moved.safetensors');
 * ```
 */
export async function transportFiles(
  spec: PermutationSpec,
  paths: TransportPaths,
  permutations: Permutations,
  output: string,
  options: TransportFilesOptions = {},
): Promise<TransportedFiles> {
  return named('transportFiles', async () => {
    assertOptions(options, {
      ...{ scale: true, keepStatistics: 'boolean', overwrite: 'boolean' },
      ...CHECKPOINT_OPTIONS,
      ...{ unshared: true, signal: true, onProgress: true },
    });
    const { scale = 1, keepStatistics = false, overwrite = false, renamePrefix, key } = options;
    const { unshared = 'error' } = options;
    const { signal, onProgress } = longWork(options);
    assertScale(scale);
    assertShared({ unshared, embeddings: 'error' });
    const yieldPoint = createYieldPoint(signal);
    await yieldPoint();
    const list = [paths.base, paths.tuned, paths.target];
    return withCheckpoints(list, { renamePrefix, key }, async ([base, tuned, target]) => {
      const checkpoints = { base, tuned, target };
      const { moved, added, kept, leftOut } = transportPlan(spec, checkpoints, unshared);
      assertPlaces(checkpoints, added, output);
      const [summed, whole] = [new Set(moved), new Set(added)];
      const isUsed = (name: string) =>
        summed.has(name) || whole.has(name) || Object.hasOwn(spec.params, name);
      const read = readerOf(spec, checkpoints, permutations, isUsed, yieldPoint);
      const isSummed = (name: string) => summed.has(name) && (isTrainable(name) || !keepStatistics);
      await writeCheckpoint(
        withTensors(target, tuned, added),
        async function* (name, tensor) {
          if (whole.has(name)) return yield (await read(tuned, name)).bytes;
          const { dtype } = tensor;
          const own = { tensor, bytes: await tensor.read(yieldPoint) };
          if (!isFloatDtype(dtype) || !isSummed(name)) return yield own.bytes;
          const others = { tuned: await read(tuned, name), base: await read(base, name) };
          yield* transportedSum(name, dtype, { target: own, ...others }, scale);
        },
        {
          ...{ path: output, overwrite, yieldPoint, onProgress },
          inputs: [base, tuned, target],
        },
      );
      return { added, kept, leftOut };
    });
  });
}

/** Throws if the output is a graph, which has no place for tensors that the target lacks. */
function assertPlaces(
  { tuned, target }: TransportCheckpoints,
  added: readonly string[],
  output: string,
): void {
  const { format, rewrite, path } = target;
  const isRewritten = rewrite && (formatOfOutput(output) ?? format) === format;
  if (!isRewritten || added.length === 0) return;
  throw invalid(
    `the graph of '${path}' has no place for tensor ${quoted(added[0])} of '${tuned.path}', which the base lacks or has in another shape`,
    "Name an output that ends in '.safetensors'",
    { param: added[0] },
  );
}

/**
 * Reads tensors with their units moved. Throws unless the checkpoints fit the spec and the permutations.
 *
 * @param isUsed - True for the tensors that must fit. Others, which not all checkpoints have, are not moved.
 */
function readerOf(
  spec: PermutationSpec,
  { base, tuned, target }: TransportCheckpoints,
  permutations: Permutations,
  isUsed: (name: string) => boolean,
  yieldPoint: () => Promise<void>,
) {
  const fittedTo = (checkpoint: Checkpoint) => {
    const tensors = new Map([...checkpoint.tensors].filter(([name]) => isUsed(name)));
    return resolveCheckpoint(spec, { ...checkpoint, tensors });
  };
  assertPermutations(fittedTo(target), permutations);
  const resolved = new Map([base, tuned].map((each) => [each, fittedTo(each)]));
  for (const each of resolved.values()) assertPermutations(each, permutations);
  return async (checkpoint: Checkpoint, name: string): Promise<StoredFloats> => {
    const tensor = checkpoint.tensors.get(name)!;
    const fitted = resolved.get(checkpoint)!;
    return {
      tensor,
      bytes: await permutedBytes(name, tensor, fitted, permutations, yieldPoint),
    };
  };
}

/** A checkpoint with tensors of another one, in place of its own or after them. */
function withTensors(own: Checkpoint, other: Checkpoint, names: readonly string[]): Checkpoint {
  const tensors = new Map(own.tensors);
  for (const name of names) tensors.set(name, other.tensors.get(name)!);
  return { ...own, tensors };
}
