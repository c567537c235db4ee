import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { invalid } from '../errors';
import { foreignFormat, MAX_HEADER_BYTES, parseIndex, quoted } from '../io/internal';
import { aboutFile } from './aboutFile';
import { closeAll, type OpenSafetensors, openSafetensors } from './openSafetensors';

const SAVE_AGAIN = 'Download or save the index and all of its shards again';

/**
 * Opens every shard of the checkpoint whose index is at `path`. Throws unless every shard has exactly the
 * tensors that the index assigns to it. The caller closes the files.
 */
export async function openShards(path: string): Promise<OpenSafetensors[]> {
  const { files } = await aboutFile(path, async () => parseIndex(await readIndex(path)));
  const shards: OpenSafetensors[] = [];
  try {
    for (const [file, expected] of Object.entries(files)) {
      const shard = await openShard(path, join(dirname(path), file));
      shards.push(shard);
      aboutFile(shard.path, () => checkShard(shard, file, expected, files));
    }
    return shards;
  } catch (error) {
    await closeAll(shards);
    throw error;
  }
}

async function readIndex(path: string): Promise<string> {
  const { size } = await stat(path);
  if (size > MAX_HEADER_BYTES) {
    const problem = `the index has ${size} bytes, over the limit of ${MAX_HEADER_BYTES}`;
    throw invalid(problem, 'Pass the index of a sharded checkpoint', { received: size });
  }
  const bytes = await readFile(path);
  const foreign = /^\s*[{[]/.test(bytes.toString('latin1', 0, 64)) ? null : foreignFormat(bytes);
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

async function openShard(index: string, path: string): Promise<OpenSafetensors> {
  try {
    return await openSafetensors(path);
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
  { header }: OpenSafetensors,
  file: string,
  expected: readonly string[],
  files: Record<string, string[]>,
): void {
  const held = new Set(header.tensors.map(({ name }) => name));
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
