import { assertTensorName, encodeHeader, placeInOrder } from '../../io/internal';
import { aboutFile } from '../aboutFile';
import { mergedMetadata, type OpenSafetensors } from '../openSafetensors';
import { openShards } from '../openShards';
import { writeBytes } from '../writeBytes';
import { writeWhole } from '../writeWhole';
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
  const { shards, ...files } = await openShards(path);
  return { ...files, metadata: mergedMetadata(shards), tensors: shards.flatMap(tensorsOf) };
}

function tensorsOf({ path, header, dataStart, read }: OpenSafetensors): CheckpointTensor[] {
  return header.tensors.map(({ name, dtype, shape, begin, end }) => ({
    ...{ name, dtype, shape, path },
    read: (yieldPoint) =>
      aboutFile(path, () => read(dataStart + begin, dataStart + end, yieldPoint)),
  }));
}

async function create(
  tensors: readonly WrittenTensor[],
  metadata: Record<string, string>,
  destination: Destination,
): Promise<void> {
  if (destination.path.toLowerCase().endsWith('.index.json')) {
    await writeShards(tensors, metadata, destination, { ending: '.safetensors', contentOf });
  } else await writeWhole(destination, contentOf(tensors, metadata, destination));
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
