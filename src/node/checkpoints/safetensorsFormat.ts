import { assertTensorName, encodeHeader, placeInOrder } from '../../io/internal';
import { aboutFile } from '../aboutFile';
import {
  closeAll,
  mergedMetadata,
  type OpenSafetensors,
  openSafetensors,
} from '../openSafetensors';
import { openShards } from '../openShards';
import { readBytes } from '../readBytes';
import { writeBytes, writeWhole } from '../writeWhole';
import type {
  CheckpointFormat,
  CheckpointTensor,
  Destination,
  StoredCheckpoint,
  WrittenTensor,
} from './checkpointFormat';
import { openEach } from './openEach';

/**
 * Safetensors files, and sharded checkpoints by their index (`….json`). A sharded checkpoint is written as one
 * file. Tensors are read and written one after another, so that few are in memory.
 */
export const safetensorsFormat: CheckpointFormat = {
  name: 'safetensors',
  extensions: ['.safetensors', '.json'],
  open: (paths) => openEach(paths, open),
  create,
};

async function open(path: string): Promise<StoredCheckpoint> {
  const files = path.endsWith('.json') ? await openShards(path) : [await openSafetensors(path)];
  return {
    metadata: mergedMetadata(files),
    tensors: files.flatMap(tensorsOf),
    close: () => closeAll(files),
  };
}

function tensorsOf(file: OpenSafetensors): CheckpointTensor[] {
  const { path, header, dataStart } = file;
  return header.tensors.map(({ name, dtype, shape, begin, end }) => {
    const range = { begin: dataStart + begin, end: dataStart + end };
    return {
      ...{ name, dtype, shape, path },
      read: (yieldPoint) => aboutFile(path, () => readBytes(file, range, yieldPoint)),
    };
  });
}

async function create(
  tensors: readonly WrittenTensor[],
  metadata: Record<string, string>,
  { path, overwrite, yieldPoint, onProgress }: Destination,
): Promise<void> {
  for (const { name } of tensors) assertTensorName(name);
  const placed = placeInOrder(tensors);
  const header = encodeHeader(placed, metadata);
  await writeWhole(path, overwrite, async (handle) => {
    await writeBytes(handle, header, yieldPoint);
    for (const [at, { name, bytes }] of placed.entries()) {
      for await (const piece of bytes()) await writeBytes(handle, piece, yieldPoint);
      onProgress?.({ done: at + 1, total: placed.length, tensor: name });
    }
  });
}
