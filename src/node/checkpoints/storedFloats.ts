import { decodeValues, storedBits } from '../../io/internal';
import { aboutFile } from '../aboutFile';
import type { CheckpointTensor } from './checkpointFormat';

/** The floats of one tensor of one checkpoint, in their stored type. */
export interface StoredFloats {
  readonly tensor: CheckpointTensor;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The number of elements that are converted and summed at a time. */
export const BLOCK = 2 ** 20;

/** The values of elements `from` to before `to`, without rounding. */
export function floatsOf(
  { tensor, bytes }: StoredFloats,
  from: number,
  to: number,
): Float64Array | Float32Array {
  const each = storedBits(tensor.dtype) / 8;
  const block = bytes.buffer.slice(from * each, to * each);
  return tensor.dtype === 'F64'
    ? new Float64Array(block)
    : (aboutFile(tensor.path, () => decodeValues(tensor, block)) as Float32Array);
}
