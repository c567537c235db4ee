import { encodeHeader, placeInOrder } from '../../io/internal';
import type { Progress } from '../../runtime';
import { writeBytes, writeWhole } from '../writeWhole';
import type { Checkpoint, CheckpointTensor } from './checkpoint';

/** Progress of reading or writing a checkpoint, after each tensor. */
export interface CheckpointProgress extends Progress {
  /** Tensors read or written so far. */
  readonly done: number;
  /** Tensors of the checkpoint. */
  readonly total: number;
  /** The name of the last one, as the file has it. */
  readonly tensor: string;
}

/** The destination of a checkpoint, and the settings of its writing. */
export interface WrittenCheckpoint {
  readonly path: string;
  readonly overwrite: boolean;
  readonly yieldPoint: () => Promise<void>;
  readonly onProgress: ((progress: CheckpointProgress) => void) | undefined;
}

/**
 * Writes a safetensors file with the tensors of another, their names, types and shapes, and its
 * metadata: one tensor after another, so that few are in memory.
 *
 * @param bytesOf - The bytes of a tensor, in pieces.
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
