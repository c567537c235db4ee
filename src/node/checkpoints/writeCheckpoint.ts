import { encodeHeader, placeInOrder } from '../../io/internal';
import type { Progress } from '../../runtime';
import { writeBytes, writeWhole } from '../writeWhole';
import type { Checkpoint, CheckpointTensor } from './checkpoint';

/** Progress of reading or writing a checkpoint, after each tensor. */
export interface CheckpointProgress extends Progress {
  /** The number of tensors read or written so far. */
  readonly done: number;
  /** The number of tensors of the checkpoint. */
  readonly total: number;
  /** The stored name of the last tensor. */
  readonly tensor: string;
}

/** The destination of a checkpoint, and settings for writing it. */
export interface WrittenCheckpoint {
  readonly path: string;
  readonly overwrite: boolean;
  readonly yieldPoint: () => Promise<void>;
  readonly onProgress: ((progress: CheckpointProgress) => void) | undefined;
}

/**
 * Writes a safetensors file with the names, types, shapes and metadata of a checkpoint. Tensors are written
 * one after another, so that few are in memory.
 *
 * @param bytesOf - Returns the bytes of a tensor, in pieces.
 */
export async function writeCheckpoint(
  { tensors, metadata }: Checkpoint,
  bytesOf: (name: string, tensor: CheckpointTensor) => AsyncIterable<Uint8Array>,
  { path, overwrite, yieldPoint, onProgress }: WrittenCheckpoint,
): Promise<void> {
  const placed = placeInOrder(
    [...tensors].map(([key, tensor]) => ({ ...tensor.stored, key, tensor })),
  );
  const header = encodeHeader(placed, metadata);
  await writeWhole(path, overwrite, async (handle) => {
    await writeBytes(handle, header, yieldPoint);
    for (const [at, { key, tensor, name }] of placed.entries()) {
      for await (const bytes of bytesOf(key, tensor)) await writeBytes(handle, bytes, yieldPoint);
      onProgress?.({ done: at + 1, total: placed.length, tensor: name });
    }
  });
}
