import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { StoredWeight } from '../../io/internal';
import type { OpenTfjs } from '../openTfjs';
import { writeBytes } from '../writeBytes';
import { writeTogether } from '../writeWhole';
import { bytesOf } from './bytesOf';
import type { Destination, WrittenTensor } from './checkpointFormat';
import { areFree } from './shardsOf';
import { namesIn } from './writeShards';

/** The bytes of a shard, as in tfjs. */
const SHARD_BYTES = 2 ** 22;

/**
 * Writes a model of tfjs with other values of its listed weights, which lose their quantisation. All else is that of
 * the model. The shards are beside the `model.json`, 4 MiB each, with the names that tfjs gives or, where those are
 * taken, others. Files are renamed into place when all of them are written, the `model.json` last.
 *
 * @param tensors - The listed weights, in their order.
 */
export async function writeTfjs(
  model: OpenTfjs,
  tensors: readonly WrittenTensor[],
  destination: Destination,
): Promise<void> {
  const { path, yieldPoint, inputs } = destination;
  const parts = partsOf(model, tensors);
  const total = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  const shards = shardNames(basename(path), total, await namesIn(dirname(path), inputs));
  const document = {
    ...model.document,
    weightsManifest: [{ paths: shards, weights: parts.map(({ entry }) => entry) }],
  };
  const json = new TextEncoder().encode(JSON.stringify(document));
  const contents = contentsOf(parts, destination);
  const cut = cutter(contents, yieldPoint);
  await writeTogether(
    [
      ...shards.map((name) => ({ path: join(dirname(path), name), write: cut })),
      {
        path,
        async write(handle) {
          for await (const _ of contents); // Nothing is left but the report of the last tensor.
          await writeBytes(handle, json, yieldPoint);
        },
      },
    ],
    destination,
  );
}

/** A weight to write: a listed one with other values, or one that is carried. */
interface Part {
  readonly entry: object;
  readonly bytes: number;
  readonly tensor: WrittenTensor | null;
  readonly weight: StoredWeight;
}

function partsOf({ weights }: OpenTfjs, tensors: readonly WrittenTensor[]): Part[] {
  const next = tensors[Symbol.iterator]();
  return weights.map((weight) => {
    const { listed, entry, bytes } = weight;
    if (listed === null) return { entry, bytes, tensor: null, weight };
    const tensor: WrittenTensor = next.next().value!;
    const { quantization: _, ...kept } = entry;
    return { entry: kept, bytes: bytesOf(tensor), tensor, weight };
  });
}

/** The bytes of all weights, in pieces. */
async function* contentsOf(
  parts: readonly Part[],
  { yieldPoint, onProgress }: Destination,
): AsyncGenerator<Uint8Array, void, void> {
  const total = parts.filter(({ tensor }) => tensor !== null).length;
  let done = 0;
  for (const { tensor, weight } of parts) {
    if (tensor === null) yield await weight.readStored(yieldPoint);
    else {
      const { name, bytes } = tensor;
      yield* bytes();
      onProgress?.({ done: ++done, total, tensor: name });
    }
  }
}

/** A function that writes the next shard of the contents to a file. */
function cutter(
  contents: AsyncGenerator<Uint8Array, void, void>,
  yieldPoint: () => Promise<void>,
): (handle: FileHandle) => Promise<void> {
  let rest: Uint8Array = new Uint8Array();
  return async (handle) => {
    let left = SHARD_BYTES;
    while (left > 0) {
      if (rest.length === 0) {
        const { done, value } = await contents.next();
        if (done) return;
        rest = value;
      }
      const part = rest.subarray(0, left);
      await writeBytes(handle, part, yieldPoint);
      rest = rest.subarray(part.length);
      left -= part.length;
    }
  };
}

/**
 * The names of shards as tfjs gives them beside a `model.json`. Beside a file of another name they begin with that
 * name, so that several models can share a folder. A number keeps them apart from names that are taken.
 */
function shardNames(file: string, bytes: number, taken: readonly string[]): string[] {
  const count = Math.max(Math.ceil(bytes / SHARD_BYTES), 1);
  const stem = file.replace(/\.json$/i, '');
  const own = stem === 'model' ? '' : `${stem}-`;
  for (let version = 1; ; version++) {
    const start = version === 1 ? `${own}group1` : `${own}v${version}-group1`;
    const names = Array.from({ length: count }, (_, i) => `${start}-shard${i + 1}of${count}.bin`);
    if (areFree(names, taken)) return names;
  }
}
