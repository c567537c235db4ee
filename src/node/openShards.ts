import { dirname, join } from 'node:path';
import { invalid } from '../errors';
import { foreignFormat, MAX_HEADER_BYTES, parseIndex, quoted } from '../io/internal';
import { aboutFile } from './aboutFile';
import { decodeUtf8 } from './decodeUtf8';
import { type OpenFile, openFile } from './openFile';
import { type OpenSafetensors, openSafetensors } from './openSafetensors';
import { type OpenFiles, together } from './together';
import { type SizeLimit, wholeBytes } from './wholeBytes';

const LIMIT: SizeLimit = {
  most: MAX_HEADER_BYTES,
  why: `and an index has at most ${MAX_HEADER_BYTES}`,
  remedy: 'Pass the index of a sharded checkpoint',
};

const SAVE_AGAIN = 'Download or save the index and all of its shards again';

/** The shards of a checkpoint, which are open together with its index. */
export interface OpenShards<Shard> extends OpenFiles {
  readonly shards: readonly Shard[];
}

/** Opens the shards of a safetensors checkpoint: those of an index (`….json`), or the file alone. The caller closes them. */
export async function openShards(path: string): Promise<OpenShards<OpenSafetensors>> {
  if (path.endsWith('.json')) {
    return openShardFiles(path, {
      open: openSafetensors,
      namesOf: ({ header }) => header.tensors.map(({ name }) => name),
    });
  }
  const file = await openSafetensors(path);
  return { shards: [file], ...together([file]) };
}

/** The ways to open a shard and to list its tensors. */
interface ShardFormat<Shard> {
  readonly open: (path: string) => Promise<Shard>;
  readonly namesOf: (shard: Shard) => readonly string[];
}

/**
 * Opens every shard of the checkpoint whose index is at `path`. Throws unless every shard has exactly the
 * tensors that the index assigns to it. The caller closes the files.
 */
export async function openShardFiles<Shard extends OpenFiles>(
  path: string,
  { open, namesOf }: ShardFormat<Shard>,
): Promise<OpenShards<Shard>> {
  const index = await aboutFile(path, () => openFile(path));
  const shards: Shard[] = [];
  const all = () => together([index, ...shards]);
  try {
    const { files } = await aboutFile(path, async () => parseIndex(await readIndex(index)));
    for (const [file, expected] of Object.entries(files)) {
      const own = join(dirname(path), file);
      const shard = await openShard(path, own, open);
      shards.push(shard);
      aboutFile(own, () => checkShard(namesOf(shard), file, expected, files));
    }
    return { shards, ...all() };
  } catch (error) {
    await all().close();
    throw error;
  }
}

async function readIndex(index: OpenFile): Promise<string> {
  const bytes = await wholeBytes(index, LIMIT);
  const isJson = /^\s*[{[]/.test(String.fromCharCode(...bytes.subarray(0, 64)));
  const foreign = isJson ? null : foreignFormat(bytes);
  if (foreign) {
    throw invalid(`this is ${foreign.kind}, not the index of a checkpoint`, foreign.remedy, {
      received: foreign.kind,
    });
  }
  return decodeUtf8(bytes, 'the index', SAVE_AGAIN);
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
