import { about } from '../errors';
import { MAX_HEADER_BYTES, readTfjsModel, type StoredWeight, type TfjsModel } from '../io/internal';
import { aboutFile } from './aboutFile';
import { decodeUtf8 } from './decodeUtf8';
import { openFile } from './openFile';
import { findBeside } from './readBeside';
import { type OpenFiles, together } from './together';
import { type SizeLimit, wholeBytes } from './wholeBytes';

/** A model of tfjs on disk that is open for reading. */
export interface OpenTfjs extends TfjsModel, OpenFiles {
  /** The real paths of its shards. */
  readonly shards: readonly string[];
}

const LIMIT: SizeLimit = {
  most: MAX_HEADER_BYTES,
  why: `over the limit of ${MAX_HEADER_BYTES}`,
  remedy: 'Pass the model.json of a model of tfjs',
};

/** Opens the `model.json` at a path, and the shards beside it that hold its weights. The caller closes them. */
export function openTfjs(path: string): Promise<OpenTfjs> {
  return aboutFile(path, async () => {
    const files = [await openFile(path)];
    const shards: string[] = [];
    try {
      const text = decodeUtf8(
        await wholeBytes(files[0], LIMIT),
        'the model',
        'Download or save it again',
      );
      const model = await readTfjsModel(text, async (location) => {
        const shard = await findBeside(path, location, 'shard');
        shards.push(shard);
        const file = await about(`its shard '${shard}'`, () => openFile(shard));
        files.push(file);
        return file;
      });
      return { ...model, shards, ...together(files) };
    } catch (error) {
      await together(files).close();
      throw error;
    }
  });
}

/** The weights of a model that are listed as tensors: numbers and booleans, without those of the optimizer. */
export function listedWeights({ weights }: Pick<TfjsModel, 'weights'>): StoredWeight[] {
  return weights.filter(({ listed }) => listed !== null);
}
