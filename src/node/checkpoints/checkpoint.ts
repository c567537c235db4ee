import { invalid } from '../../errors';
import { decodeValues, type StoredTensor, tensorDtype } from '../../io/internal';
import type { Dtypes } from '../../matching/internal';
import type { Shapes } from '../../params/internal';
import {
  aboutFile,
  closeAll,
  mergedMetadata,
  type OpenSafetensors,
  openSafetensors,
  readBytes,
} from '../openSafetensors';
import { openShards } from '../openShards';
import { type PrefixMappings, renamedBy } from './renamedBy';

/** A checkpoint on disk that is open for reading: a safetensors file, or all files of a sharded one. */
export interface Checkpoint {
  readonly path: string;
  readonly metadata: Record<string, string>;
  /** The tensors by their names in specs, after prefixes are renamed. */
  readonly tensors: ReadonlyMap<string, CheckpointTensor>;
  readonly files: readonly OpenSafetensors[];
}

/** A tensor of a checkpoint. */
export interface CheckpointTensor {
  readonly stored: StoredTensor;
  readonly file: OpenSafetensors;
}

/** Opens a safetensors file, or a sharded checkpoint by its index (`….json`). The caller closes it. */
async function openCheckpoint(path: string, renamePrefix?: PrefixMappings): Promise<Checkpoint> {
  const files = path.endsWith('.json') ? await openShards(path) : [await openSafetensors(path)];
  try {
    const tensors = files.flatMap((file) =>
      file.header.tensors.map((stored) => ({ stored, file })),
    );
    const names = renamedBy(
      tensors.map(({ stored }) => stored.name),
      renamePrefix,
    );
    const byName = new Map(tensors.map((tensor, i) => [names[i], tensor]));
    if (byName.has('')) {
      const problem = `the prefix to rename is the whole name of a tensor of '${path}'`;
      throw invalid(problem, 'Rename a shorter prefix', {
        param: 'renamePrefix',
        received: renamePrefix,
      });
    }
    return { path, metadata: mergedMetadata(files), tensors: byName, files };
  } catch (error) {
    await closeAll(files);
    throw error;
  }
}

/** Opens checkpoints, runs `work` on them, and closes them. */
export async function withCheckpoints<Result>(
  paths: readonly string[],
  renamePrefix: PrefixMappings | undefined,
  work: (checkpoints: readonly Checkpoint[]) => Promise<Result>,
): Promise<Result> {
  const open: Checkpoint[] = [];
  try {
    for (const path of paths) open.push(await openCheckpoint(path, renamePrefix));
    return await work(open);
  } finally {
    await Promise.all(open.map(({ files }) => closeAll(files)));
  }
}

/** The shapes of a checkpoint's tensors. */
export function shapesOfCheckpoint({ tensors }: Checkpoint): Shapes {
  return Object.fromEntries([...tensors].map(([name, { stored }]) => [name, stored.shape]));
}

/** The tensor types of a checkpoint. */
export function dtypesOfCheckpoint({ tensors }: Checkpoint): Dtypes {
  return Object.fromEntries(
    [...tensors].map(([name, { stored }]) => [name, tensorDtype(stored.dtype)]),
  );
}

/** Reads the bytes of a tensor as they are stored. `yieldPoint` is awaited between reads. */
export function readStoredBytes(
  { stored, file }: CheckpointTensor,
  yieldPoint?: () => Promise<void>,
): Promise<Uint8Array<ArrayBuffer>> {
  const range = { begin: file.dataStart + stored.begin, end: file.dataStart + stored.end };
  return aboutFile(file.path, () => readBytes(file, range, yieldPoint));
}

/** Reads the values of a tensor, converted by {@link decodeValues}. */
export async function readValues(
  tensor: CheckpointTensor,
  yieldPoint?: () => Promise<void>,
): Promise<Float32Array | Int32Array | Uint8Array> {
  const { buffer } = await readStoredBytes(tensor, yieldPoint);
  return aboutFile(tensor.file.path, () => decodeValues(tensor.stored, buffer));
}
