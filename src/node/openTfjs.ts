import { open, stat } from 'node:fs/promises';
import { invalid } from '../errors';
import { MAX_HEADER_BYTES, readTfjsModel, type StoredWeight, type TfjsModel } from '../io/internal';
import { aboutFile } from './aboutFile';
import { findBeside } from './readBeside';
import { readBytes } from './readBytes';
import { readFileBytes } from './readFileBytes';

/** A model of tfjs on disk. No file is kept open. */
export interface OpenTfjs extends TfjsModel {
  /** The real paths of its shards. */
  readonly shards: readonly string[];
}

const TOO_LARGE = [
  `over the limit of ${MAX_HEADER_BYTES}`,
  'Pass the model.json of a model of tfjs',
] as const;

/** Reads the `model.json` at a path and finds its weights in the shards beside it. */
export function openTfjs(path: string): Promise<OpenTfjs> {
  return aboutFile(path, async () => {
    const bytes = await readFileBytes(path, MAX_HEADER_BYTES, TOO_LARGE);
    const shards: string[] = [];
    const model = await readTfjsModel(textOf(bytes), async (location) => {
      const shard = await findBeside(path, location, 'shard');
      shards.push(shard);
      return sourceAt(shard);
    });
    return { ...model, shards };
  });
}

/** The weights of a model that are listed as tensors: numbers and booleans, without those of the optimizer. */
export function listedWeights({ weights }: Pick<TfjsModel, 'weights'>): StoredWeight[] {
  return weights.filter(({ listed }) => listed !== null);
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw invalid('the model is not UTF-8', 'Download or save it again', { cause });
  }
}

/** The bytes of a shard. It is opened for each read, as a model may have more shards than a process may have files. */
async function sourceAt(path: string) {
  const found = await stat(path);
  if (!found.isFile()) {
    throw invalid(`its shard '${path}' is not a file`, 'Put the shards beside the model', {
      received: path,
    });
  }
  return {
    size: found.size,
    async read(begin: number, end: number, yieldPoint?: () => Promise<void>) {
      const handle = await open(path);
      try {
        return await readBytes({ handle }, { begin, end }, yieldPoint);
      } finally {
        await handle.close();
      }
    },
  };
}
