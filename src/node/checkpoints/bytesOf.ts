import { storedBits } from '../../io/internal';
import { sizeOf } from '../../params/internal';
import type { CheckpointTensor } from './checkpointFormat';

/** The number of bytes of a tensor as it is stored. */
export function bytesOf({ dtype, shape }: Pick<CheckpointTensor, 'dtype' | 'shape'>): number {
  return (sizeOf(shape) * storedBits(dtype)) / 8;
}
