import { assertOptions } from '../checks';
import { named } from '../errors';
import { decodeValues, isFloatDtype } from '../io/internal';
import { sizeOf } from '../params/internal';
import { createYieldPoint, type LongWorkOptions, longWork } from '../runtime';
import { aboutFile } from './aboutFile';
import { bytesOf } from './checkpoints/bytesOf';
import type { CheckpointProgress, CheckpointTensor } from './checkpoints/checkpointFormat';
import type { CheckpointOptions } from './checkpoints/checkpointOptions';
import { withCheckpoints } from './checkpoints/withCheckpoints';

/** Options of {@link inspectCheckpoint}. */
export interface InspectCheckpointOptions
  extends Pick<CheckpointOptions, 'key'>,
    LongWorkOptions<CheckpointProgress> {
  /** True to read the floats and report their range. Default: false, which reads only headers. */
  values?: boolean;
}

/** The contents of a checkpoint, without its values. */
export interface CheckpointSummary {
  /** The format: `'safetensors'`, `'PyTorch'`, `'ONNX'`, `'tfjs'`, `'Keras'` or `'npz'`. */
  readonly format: string;
  /** The tensors, in the order of the headers. */
  readonly tensors: readonly TensorSummary[];
  /** The metadata. That of shards is merged; where they differ, the first shard wins. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** One tensor of a checkpoint. */
export interface TensorSummary {
  /** Its name in the file. */
  readonly name: string;
  /** The stored type, such as `'F32'`. */
  readonly dtype: string;
  /** The sizes of its axes. */
  readonly shape: readonly number[];
  /** The number of elements. */
  readonly size: number;
  /** The number of bytes that it takes in the file. */
  readonly bytes: number;
  /** The range of the values. Present with the option `values`, for tensors of floats. */
  readonly values?: ValueSummary;
}

/** The range of the values of a tensor of floats. */
export interface ValueSummary {
  /** The least finite value; null if there is none. */
  readonly least: number | null;
  /** The greatest finite value; null if there is none. */
  readonly greatest: number | null;
  /** The number of values that are NaN or infinite. */
  readonly notFinite: number;
  /** The flat index of the first value that is NaN or infinite; null if there is none. */
  readonly firstNotFinite: number | null;
}

/**
 * Lists the tensors of a checkpoint of any format. It makes no tensors.
 *
 * @param path - A safetensors or PyTorch file, the index of a sharded checkpoint (a name that ends in `.json`), an `.npz` file, an ONNX
 * file, the `model.json` of a model of tfjs, a file of Keras, or a folder with one of them.
 * @param options - All have defaults.
 * @returns The name, type, shape and size of every tensor, and the metadata.
 * @throws InvalidInputError if a file breaks a rule of the format, or another program writes it meanwhile. AbortError
 * on abort.
 *
 * @example
 * ```ts given=checkpoints
 * import { inspectCheckpoint } from 'perm-lmc/node';
 *
 * const { tensors } = await inspectCheckpoint('a.safetensors');
 * tensors.reduce((sum, { size }) => sum + size, 0); // the number of parameters
 * ```
 */
export async function inspectCheckpoint(
  path: string,
  options: InspectCheckpointOptions = {},
): Promise<CheckpointSummary> {
  return named('inspectCheckpoint', async () => {
    assertOptions(options, { values: 'boolean', key: true, signal: true, onProgress: true });
    const { values = false, key } = options;
    const { signal, onProgress } = longWork(options);
    const yieldPoint = createYieldPoint(signal);
    await yieldPoint();
    return withCheckpoints([path], { key }, async ([source]) => {
      const tensors: TensorSummary[] = [];
      for (const tensor of source.tensors.values()) {
        const { name, dtype, shape } = tensor;
        const size = sizeOf(shape);
        const summary = { name, dtype, shape, size, bytes: bytesOf(tensor) };
        const range =
          values && isFloatDtype(dtype) ? await valuesOf(tensor, yieldPoint) : undefined;
        tensors.push(range ? { ...summary, values: range } : summary);
        onProgress?.({ done: tensors.length, total: source.tensors.size, tensor: name });
      }
      return { format: source.format.name, tensors, metadata: source.metadata };
    });
  });
}

async function valuesOf(
  tensor: CheckpointTensor,
  yieldPoint: () => Promise<void>,
): Promise<ValueSummary> {
  const { buffer } = await tensor.read(yieldPoint);
  const values =
    tensor.dtype === 'F64'
      ? new Float64Array(buffer)
      : (aboutFile(tensor.path, () => decodeValues(tensor, buffer)) as Float32Array);
  let [least, greatest, notFinite, first] = [Infinity, -Infinity, 0, -1];
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) {
      if (values[i] < least) least = values[i];
      if (values[i] > greatest) greatest = values[i];
    } else if (notFinite++ === 0) first = i;
  }
  const some = least <= greatest;
  return {
    least: some ? least : null,
    greatest: some ? greatest : null,
    notFinite,
    firstNotFinite: first < 0 ? null : first,
  };
}
