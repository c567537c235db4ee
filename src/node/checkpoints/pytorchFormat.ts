import { isRecord } from '../../checks';
import { isTorchStart, type ModuleVersions, readTorchFile, torchArchive } from '../../io/internal';
import { aboutFile } from '../aboutFile';
import { openFile } from '../openFile';
import { openShardFiles } from '../openShards';
import { writeBytes } from '../writeBytes';
import { writeWhole } from '../writeWhole';
import type {
  CheckpointFormat,
  CheckpointTensor,
  Destination,
  OpenOptions,
  StoredCheckpoint,
  WriteContent,
  WrittenTensor,
} from './checkpointFormat';
import { openEach } from './openEach';
import { writeShards } from './writeShards';

/**
 * Files of `torch.save` with a state dict, and sharded checkpoints by their index (`pytorch_model.bin.index.json`).
 * Tensors are read and written one after another. What is written is the state dict alone, in a zip archive.
 */
export const pytorchFormat: CheckpointFormat = {
  name: 'PyTorch',
  extensions: ['.pt', '.pth', '.ckpt', '.bin', '.json'],
  outputs: ['.pt', '.pth', '.ckpt', '.bin', '.bin.index.json'],
  isStart: isTorchStart,
  isDocument,
  open: (paths, options) =>
    openEach(paths, (path) =>
      path.toLowerCase().endsWith('.json') ? openIndex(path, options) : openTorch(path, options),
    ),
  create,
};

/** True for an index whose shards are PyTorch files. */
function isDocument({ weight_map }: Readonly<Record<string, unknown>>): boolean {
  if (!isRecord(weight_map)) return false;
  const files = Object.values(weight_map);
  return (
    files.length > 0 &&
    files.every((file) => typeof file === 'string' && /\.(bin|pt|pth|ckpt)$/i.test(file))
  );
}

async function openIndex(path: string, options: OpenOptions): Promise<StoredCheckpoint> {
  const { shards, ...files } = await openShardFiles(path, {
    open: (shard) => openTorch(shard, options),
    namesOf: ({ tensors }) => tensors.map(({ name }) => name),
  });
  return { ...files, metadata: METADATA, tensors: shards.flatMap(({ tensors }) => tensors) };
}

/** The metadata with which safetensors files tell that their tensors are PyTorch's. Transformers asks for it. */
const METADATA = { format: 'pt' };

async function openTorch(path: string, { key }: OpenOptions): Promise<StoredCheckpoint> {
  const file = await aboutFile(path, () => openFile(path));
  try {
    const { tensors, versions } = await aboutFile(path, () => readTorchFile(file, key));
    return {
      ...file,
      metadata: METADATA,
      tensors: tensors.map(
        (tensor): CheckpointTensor => ({
          ...tensor,
          path,
          read: (yieldPoint) => aboutFile(path, () => tensor.read(yieldPoint)),
        }),
      ),
      rewrite: (written, _metadata, destination) => writeStateDict(written, destination, versions),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Writes the state dict. PyTorch files have no place for metadata. */
function create(
  tensors: readonly WrittenTensor[],
  _metadata: Record<string, string>,
  destination: Destination,
): Promise<void> {
  return writeStateDict(tensors, destination, new Map());
}

/** Writes the state dict, an output `….bin.index.json` in shards. */
async function writeStateDict(
  tensors: readonly WrittenTensor[],
  destination: Destination,
  versions: ModuleVersions,
): Promise<void> {
  if (destination.path.toLowerCase().endsWith('.index.json')) {
    await writeShards(tensors, {}, destination, {
      ending: '.bin',
      contentOf: (own, _metadata, shared) => contentOf(own, shared, versions),
    });
  } else await writeWhole(destination, contentOf(tensors, destination, versions));
}

/** The content of one file. */
function contentOf(
  tensors: readonly WrittenTensor[],
  { yieldPoint, onProgress }: Destination,
  versions: ModuleVersions,
): WriteContent {
  const onTensor = (done: number) =>
    onProgress?.({ done, total: tensors.length, tensor: tensors[done - 1].name });
  return async (handle) => {
    for await (const piece of torchArchive(tensors, { versions, onTensor })) {
      await writeBytes(handle, piece, yieldPoint);
    }
  };
}
