import { decodeValues, tensorDtype } from '../../io/internal';
import type { Dtypes } from '../../matching/internal';
import type { Shapes } from '../../params/internal';
import { aboutFile } from '../aboutFile';
import type { CheckpointFormat, CheckpointTensor, StoredCheckpoint } from './checkpointFormat';

/** A checkpoint on disk that is open for reading, of any format. */
export interface Checkpoint extends Omit<StoredCheckpoint, 'tensors'> {
  readonly path: string;
  readonly format: CheckpointFormat;
  /** The tensors by their names in specs, after prefixes and old names are renamed. */
  readonly tensors: ReadonlyMap<string, CheckpointTensor>;
}

/** The shapes of a checkpoint's tensors. */
export function shapesOfCheckpoint({ tensors }: Checkpoint): Shapes {
  return Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]));
}

/** The files of a checkpoint that hold its tensors, and its own. */
export function filesOfCheckpoint({ path, tensors, files = [] }: Checkpoint): string[] {
  return [...new Set([path, ...[...tensors.values()].map((tensor) => tensor.path), ...files])];
}

/** The tensor types of a checkpoint. */
export function dtypesOfCheckpoint({ tensors }: Checkpoint): Dtypes {
  return Object.fromEntries([...tensors].map(([name, { dtype }]) => [name, tensorDtype(dtype)]));
}

/** Reads the values of a tensor, converted by {@link decodeValues}. */
export async function readValues(
  tensor: CheckpointTensor,
  yieldPoint?: () => Promise<void>,
): Promise<Float32Array | Int32Array | Uint8Array> {
  const { buffer } = await tensor.read(yieldPoint);
  return aboutFile(tensor.path, () => decodeValues(tensor, buffer));
}
