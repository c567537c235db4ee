import type { FileHandle } from 'node:fs/promises';
import type { StoredDtype } from '../../io/internal';
import type { Progress } from '../../runtime';
import type { OpenFiles } from '../together';
import type { WriteSettings } from '../writeWhole';
import type { CheckpointOptions } from './checkpointOptions';

/** A format of checkpoints. Its place is in the table of `checkpointFormats.ts`. */
export interface CheckpointFormat {
  /** The name for messages, such as `safetensors`. */
  readonly name: string;
  /** The extensions of its files, with the dot. */
  readonly extensions: readonly string[];
  /** The endings of the files that it writes, such as `.index.json` for shards. Default: `extensions`. */
  readonly outputs?: readonly string[];
  /** True for the first bytes of a file of the format. Asked where the extension leaves several formats. */
  readonly isStart?: (start: Uint8Array) => boolean;
  /** True for the contents of a JSON file of the format, where several formats have files that end in `.json`. */
  readonly isDocument?: (document: Readonly<Record<string, unknown>>) => boolean;
  /** Opens checkpoints that are used together, in order. The caller closes them. */
  readonly open: (
    paths: readonly string[],
    options: OpenOptions,
  ) => Promise<readonly StoredCheckpoint[]>;
  /** Writes a checkpoint of any tensors. Without it, only {@link StoredCheckpoint.rewrite} writes the format. */
  readonly create?: WriteTensors;
}

/** Options for opening checkpoints. */
export type OpenOptions = Pick<CheckpointOptions, 'key'>;

/** A checkpoint on disk that is open for reading, with its own names. */
export interface StoredCheckpoint extends OpenFiles {
  readonly metadata: Record<string, string>;
  readonly tensors: readonly CheckpointTensor[];
  /** Its files besides those that its tensors name. */
  readonly files?: readonly string[];
  /** Writes the checkpoint with other values, the rest of the file included. By default, `create` writes it. */
  readonly rewrite?: WriteTensors;
}

/** A tensor of a checkpoint. */
export interface CheckpointTensor {
  /** Its name in the file. */
  readonly name: string;
  readonly dtype: StoredDtype;
  readonly shape: readonly number[];
  /** The path of the file that it is in, for errors. */
  readonly path: string;
  /**
   * Reads the elements as they are stored, little-endian, into an array of its own. `yieldPoint` is awaited
   * between reads.
   */
  readonly read: (yieldPoint?: () => Promise<void>) => Promise<Uint8Array<ArrayBuffer>>;
}

/** Writes tensors, one after another. */
export type WriteTensors = (
  tensors: readonly WrittenTensor[],
  metadata: Record<string, string>,
  destination: Destination,
) => Promise<void>;

/** A tensor to write: one of a checkpoint, with other values. */
export interface WrittenTensor extends Pick<CheckpointTensor, 'name' | 'dtype' | 'shape'> {
  /** The file that it was read from. A sharded checkpoint keeps its division into files. */
  readonly path?: string;
  /** Computes the elements, little-endian, in pieces. */
  readonly bytes: () => AsyncIterable<Uint8Array>;
}

/** Writes the whole content of one file. */
export type WriteContent = (handle: FileHandle) => Promise<void>;

/** The destination of a checkpoint, and settings for writing it. */
export interface Destination extends WriteSettings {
  readonly path: string;
  /** The files that are read while it is written. No shard takes their names. */
  readonly inputs: readonly string[];
  readonly assertInputs: () => Promise<void>;
  readonly yieldPoint: () => Promise<void>;
  readonly onProgress: ((progress: CheckpointProgress) => void) | undefined;
}

/** Progress of reading or writing a checkpoint, after each tensor. */
export interface CheckpointProgress extends Progress {
  /** The number of tensors read or written so far. */
  readonly done: number;
  /** The number of tensors of the checkpoint. */
  readonly total: number;
  /** The stored name of the last tensor. */
  readonly tensor: string;
}
