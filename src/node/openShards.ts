import { dirname, join } from 'node:path';
import { invalid } from '../errors';
import { foreignFormat, MAX_HEADER_BYTES, parseIndex, quoted } from '../io/internal';
import { aboutFile } from './aboutFile';
import { type OpenSafetensors, openSafetensors } from './openSafetensors';
import { readFileBytes } from './readFileBytes';

const TOO_LARGE = [
  `and an index has at most ${MAX_HEADER_BYTES}`,
  'Pass the index of a sharded checkpoint',
] as const;

const SAVE_AGAIN = 'Download or save the index and all of its shards again';

/** Opens every shard of the safetensors checkpoint whose index is at `path`. The caller closes the files. */
export function openShards(path: string): Promise<OpenSafetensors[]> {
  return openShardFiles(path, {
    open: openSafetensors,
    namesOf: ({ header }) => header.tensors.map(({ name }) => name),
    close: ({ handle }) => handle.close(),
  });
}

/** The ways to open a shard, to list its tensors and to close it. */
interface ShardFormat<Shard> {
  readonly open: (path: string) => Promise<Shard>;
  readonly namesOf: (shard: Shard) => readonly string[];
  readonly close: (shard: Shard) => Promise<void>;
}

/**
 * Opens every shard of the checkpoint whose index is at `path`. Throws unless every shard has exactly the
 * tensors that the index assigns to it. The caller closes the files.
 */
export async function openShardFiles<Shard>(
  path: string,
  { open, namesOf, close }: ShardFormat<Shard>,
): Promise<Shard[]> {
  const { files } = await aboutFile(path, async () => parseIndex(await readIndex(path)));
  const shards: Shard[] = [];
  try {
    for (const [file, expected] of Object.entries(files)) {
      const own = join(dirname(path), file);
      const shard = await openShard(path, own, open);
      shards.push(shard);
      aboutFile(own, () => checkShard(namesOf(shard), file, expected, files));
    }
    return shards;
  } catch (error) {
    await Promise.all(shards.map(close));
    throw error;
  }
}

async function readIndex(path: string): Promise<string> {
  const bytes = await readFileBytes(path, MAX_HEADER_BYTES, TOO_LARGE);
  const isJson = /^\s*[{[]/.test(String.fromCharCode(...bytes.subarray(0, 64)));
  const foreign = isJson ? null : foreignFormat(bytes);
  if (foreign) {
    throw invalid(`this is ${foreign.kind}, not the index of a checkpoint`, foreign.remedy, {
      received: foreign.kind,
    });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalid('the index is not UTF-8', SAVE_AGAIN);
  }
}

async function openShard<Shard>(
  index: string,
  path: string,
  open: (path: string) => Promise<Shard>,
): Promise<Shard> {
  try {
    return await open(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return aboutFile(index, () => {
      throw invalid(`the shard '${path}' is missing`, 'Put every shard next to the index', {
        received: path,
        cause: error,
      });
    });
  }
}

function checkShard(
  names: readonly string[],
  file: string,
  expected: readonly string[],
  files: Record<string, string[]>,
): void {
  const held = new Set(names);
  const missing = expected.find((name) => !held.has(name));
  if (missing !== undefined) {
    const problem = `tensor ${quoted(missing)} is missing, which the index places in this shard`;
    throw invalid(problem, SAVE_AGAIN, { param: missing });
  }
  for (const name of expected) held.delete(name);
  for (const name of held) {
    const place = Object.keys(files).find((other) => files[other].includes(name));
    const verdict = place ? `places in ${quoted(place)} and not in ${quoted(file)}` : 'lacks';
    throw invalid(`tensor ${quoted(name)} is one that the index ${verdict}`, SAVE_AGAIN, {
      param: name,
    });
  }
}
