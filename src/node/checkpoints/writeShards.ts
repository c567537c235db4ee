import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { writeBytes } from '../writeBytes';
import { writeTogether } from '../writeWhole';
import { bytesOf } from './bytesOf';
import type { Destination, WriteContent, WrittenTensor } from './checkpointFormat';
import { shardsOf } from './shardsOf';

/** The format of the files of a sharded checkpoint. */
export interface ShardFormat {
  /** The ending of their names, such as `.safetensors`. */
  readonly ending: string;
  /** Prepares the content of one file. Throws if the format cannot hold the tensors. */
  readonly contentOf: (
    tensors: readonly WrittenTensor[],
    metadata: Record<string, string>,
    destination: Destination,
  ) => WriteContent;
}

/** The most bytes of a shard where the first checkpoint is one file. */
const MOST_BYTES = 5e9;

/**
 * Writes a checkpoint in shards beside its index, at a path that ends in `.index.json`. Shards are divided and named as
 * by {@link shardsOf}. Files are renamed into place when all of them are written, the index last.
 */
export async function writeShards(
  tensors: readonly WrittenTensor[],
  metadata: Record<string, string>,
  destination: Destination,
  { ending, contentOf }: ShardFormat,
  limit = MOST_BYTES,
): Promise<void> {
  const { path, yieldPoint, inputs } = destination;
  const taken = await namesIn(dirname(path), inputs);
  const shards = shardsOf(tensors, { index: basename(path), ending, taken, limit });
  const shared = { ...destination, onProgress: countedOver(tensors.length, destination) };
  const files = shards.map(({ file, tensors: own }) => ({
    path: join(dirname(path), file),
    write: contentOf(own, metadata, shared),
  }));
  const weightMap = shards.flatMap(({ file, tensors: own }) =>
    own.map(({ name }) => [name, file] as const),
  );
  const document = {
    metadata: { total_size: tensors.reduce((sum, tensor) => sum + bytesOf(tensor), 0) },
    weight_map: Object.fromEntries(weightMap),
  };
  const index = new TextEncoder().encode(`${JSON.stringify(document, null, 2)}\n`);
  await writeTogether(
    [...files, { path, write: (handle) => writeBytes(handle, index, yieldPoint) }],
    destination,
  );
}

/** Progress over all shards, from that of each. */
function countedOver(total: number, { onProgress }: Destination): Destination['onProgress'] {
  let done = 0;
  return ({ tensor }) => onProgress?.({ done: ++done, total, tensor });
}

/** The names of the files that are in a folder. */
export async function namesIn(folder: string, paths: readonly string[]): Promise<string[]> {
  const real = await realpath(folder);
  const folders = new Map<string, string>();
  for (const each of new Set(paths.map(dirname))) folders.set(each, await realpath(each));
  return paths.filter((each) => folders.get(dirname(each)) === real).map((each) => basename(each));
}
