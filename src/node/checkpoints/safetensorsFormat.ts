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
  WriteContent,
  WrittenTensor,
} from './checkpointFormat';
import { openEach } from './openEach';
import { writeShards } from './writeShards';

/**
 * Safetensors files, and sharded checkpoints by their index (`….json`). An output `….index.json` is written in shards,
 * any other as one file. Tensors are read and written one after another, so that few are in memory.
 */
export const safetensorsFormat: CheckpointFormat = {
  name: 'safetensors',
  extensions: ['.safetensors', '.json'],
  outputs: ['.safetensors', '.index.json'],
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
  destination: Destination,
): Promise<void> {
  const { path, overwrite } = destination;
  if (path.toLowerCase().endsWith('.index.json')) {
    await writeShards(tensors, metadata, destination, { ending: '.safetensors', contentOf });
  } else await writeWhole(path, overwrite, contentOf(tensors, metadata, destination));
}

/** The content of one file. */
function contentOf(
  tensors: readonly WrittenTensor[],
  metadata: Record<string, string>,
  { yieldPoint, onProgress }: Destination,
): WriteContent {
  for (const { name } of tensors) assertTensorName(name);
  const placed = placeInOrder(tensors);
  const header = encodeHeader(placed, metadata);
  return async (handle) => {
    await writeBytes(handle, header, yieldPoint);
    for (const [at, { name, bytes }] of placed.entries()) {
      for await (const piece of bytes()) await writeBytes(handle, piece, yieldPoint);
      onProgress?.({ done: at + 1, total: placed.length, tensor: name });
    }
  };
}
