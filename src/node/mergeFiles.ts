import { invalid } from '../errors';
import { encodeFloats, type FloatDtype, isFloatDtype } from '../io/encodeFloats';
import type { StoredTensor } from '../io/safetensorsEntries';
import { decodeValues, storedBytes } from '../io/safetensorsTypes';
import { quoted } from '../io/strictJson';
import { assertWeights } from '../merging/assertWeights';
import type { Permutations } from '../permutation/permutation';
import { createCheckpoint, type LongWorkOptions } from '../progress';
import { assertPermutations } from '../spec/permutations';
import type { PermutationSpec } from '../spec/spec';
import { assertComparableCheckpoints } from './checkpoints/comparable';
import { readStoredBytes, withCheckpoints } from './checkpoints/openCheckpoint';
import { permutedBytes } from './checkpoints/permutedBytes';
import type { PrefixMappings } from './checkpoints/renamedBy';
import { resolveCheckpoint } from './checkpoints/resolveCheckpoint';
import { type CheckpointProgress, writeCheckpoint } from './checkpoints/writeCheckpoint';

/** Options of {@link mergeFiles}. */
export interface MergeFilesOptions extends LongWorkOptions<CheckpointProgress> {
  /** One for each checkpoint, ≥ 0, with sum 1. Default: the same for each. */
  weights?: readonly number[];
  /** Whether a file that is already at the path is replaced. Default: false. */
  overwrite?: boolean;
  /**
   * What every name of some of the checkpoints begins with, and what to read in its place, such as
   * `{ from: 'module.', to: '' }`. Checkpoints of which not every name begins with `from` keep their names.
   * The result has the names of the first file as they are stored. Default: no name is changed.
   */
  renamePrefix?: PrefixMappings;
}

/**
 * The weighted mean of checkpoints on disk, Σ wᵢ·(Pᵢ θᵢ), without tfjs: permutes, adds up and writes one
 * tensor after another, so that the checkpoints may be larger than memory. The sum is made in float64 and
 * rounded once to the type that the first checkpoint stores the tensor in; integers and booleans are the
 * first's. Names and metadata are the first's; the result is one file, also of sharded checkpoints.
 *
 * @param spec - Which axes share which group.
 * @param paths - At least one safetensors file, or index of a sharded checkpoint.
 * @param permutations - For each checkpoint but the first the permutations that align it to the first,
 * as `weightMatchFiles` finds them.
 * @param output - Where the file goes; it is written as by `writeSafetensors`. It may be one of the
 * inputs, with `overwrite`.
 * @param options - All have defaults.
 * @throws InvalidInputError when the checkpoints differ in names or shapes or do not fit the spec, the
 * permutations do not fit it, the weights are negative or do not sum to 1, a mean overflows its type, and as
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
  {
    weights = paths.map(() => 1 / paths.length),
    overwrite = false,
    renamePrefix,
    signal,
    onProgress,
  }: MergeFilesOptions = {},
): Promise<void> {
  const fn = 'mergeFiles';
  assertCounts(fn, paths, permutations);
  assertWeights(fn, weights, paths.length);
  const checkpoint = createCheckpoint(signal);
  await checkpoint();
  await withCheckpoints(fn, paths, renamePrefix, async (checkpoints) => {
    const [first, ...others] = checkpoints;
    for (const other of others) assertComparableCheckpoints(fn, first, other);
    const resolved = resolveCheckpoint(fn, spec, first);
    for (const each of permutations) assertPermutations(fn, resolved, each);
    await writeCheckpoint(
      fn,
      first,
      async function* (name, tensor) {
        const { stored, file } = tensor;
        const own = await readStoredBytes(tensor, checkpoint);
        if (!isFloatDtype(stored.dtype)) return yield own;
        const inputs: StoredFloats[] = [{ source: file.source, stored, bytes: own }];
        for (const [i, other] of others.entries()) {
          const its = other.tensors.get(name)!;
          const bytes = await permutedBytes(name, its, resolved, permutations[i], checkpoint);
          inputs.push({ source: its.file.source, stored: its.stored, bytes });
        }
        yield* weightedSum(fn, stored, stored.dtype, inputs, weights);
      },
      { path: output, overwrite, checkpoint, onProgress },
    );
  });
}

/** The floats of one tensor of one checkpoint, as they are stored. */
interface StoredFloats {
  readonly source: string;
  readonly stored: StoredTensor;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** So many elements are converted and added up at a time. */
const BLOCK = 2 ** 20;

/** Σ wᵢxᵢ in float64, rounded to the stored type of the result, block by block. */
function* weightedSum(
  fn: string,
  { name, shape }: StoredTensor,
  dtype: FloatDtype,
  inputs: readonly StoredFloats[],
  weights: readonly number[],
): Generator<Uint8Array> {
  const size = shape.reduce((product, length) => product * length, 1);
  for (let from = 0; from < size; from += BLOCK) {
    // From −0, which is neutral also where the values are −0.
    const sum = new Float64Array(Math.min(BLOCK, size - from)).fill(-0);
    for (const [i, input] of inputs.entries()) {
      const values = floatsOf(input, from, from + sum.length);
      for (let k = 0; k < sum.length; k++) sum[k] += weights[i] * values[k];
    }
    const bytes = encodeFloats(dtype, sum);
    assertInRange(fn, name, dtype, sum, bytes, from);
    yield bytes;
  }
}

/** Some of the values, exact. */
function floatsOf(
  { source, stored, bytes }: StoredFloats,
  from: number,
  to: number,
): Float64Array | Float32Array {
  const each = storedBytes(stored.dtype);
  const block = bytes.buffer.slice(from * each, to * each);
  return stored.dtype === 'F64'
    ? new Float64Array(block)
    : (decodeValues(source, stored, block) as Float32Array);
}

/** Throws where a finite mean has become infinite. */
function assertInRange(
  fn: string,
  name: string,
  dtype: FloatDtype,
  sum: Float64Array,
  bytes: Uint8Array<ArrayBuffer>,
  from: number,
): void {
  if (dtype === 'F64') return;
  const values = decodeValues(fn, { name, dtype }, bytes.buffer);
  const at = values.findIndex((value, k) => !Number.isFinite(value) && Number.isFinite(sum[k]));
  if (at >= 0) {
    throw invalid(
      fn,
      `the mean of tensor ${quoted(name)} is ${sum[at]} at flat index ${from + at}, which overflows ${dtype}`,
      'Put a checkpoint first that stores the tensor in a wider type',
    );
  }
}

function assertCounts(
  fn: string,
  paths: readonly string[],
  permutations: readonly Permutations[],
): void {
  if (paths.length === 0) {
    throw invalid(fn, 'there is no checkpoint', 'Pass the paths of one or more');
  }
  if (permutations.length !== paths.length - 1) {
    throw invalid(
      fn,
      `there are ${paths.length} checkpoints and ${permutations.length} permutations`,
      'Pass permutations for every checkpoint but the first',
    );
  }
}
