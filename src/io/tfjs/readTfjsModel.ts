import type { StoredDtype } from '../storedDtype';
import type { ByteSource } from '../zip/byteSource';
import { dequantize } from './dequantize';
import { joinSources } from './joinSources';
import { parseTfjsModel, type TfjsDocument } from './parseTfjsModel';
import { placeWeights } from './placeWeights';
import { listedDtype, type TfjsWeight } from './tfjsWeight';

/** A model of tfjs whose weights are read one by one. */
export interface TfjsModel extends Pick<TfjsDocument, 'document'> {
  /** The weights in the order of their bytes. */
  readonly weights: readonly StoredWeight[];
}

/** A weight in shards. */
export interface StoredWeight extends TfjsWeight {
  /** The type that {@link read} returns; null for values that are carried: texts, complex numbers, the optimizer's. */
  readonly listed: StoredDtype | null;
  /** The number of bytes in the shards. */
  readonly bytes: number;
  /** Reads the elements with quantisation undone, little-endian, into an array of its own. */
  readonly read: ReadBytes;
  /** Reads the elements as they are in the shards. */
  readonly readStored: ReadBytes;
}

type ReadBytes = (yieldPoint?: () => Promise<void>) => Promise<Uint8Array<ArrayBuffer>>;

/**
 * Reads a `model.json` and finds its weights in the shards. No weight is read.
 *
 * @param sourceOf - Opens a shard by its path in the `model.json`.
 */
export async function readTfjsModel(
  text: string,
  sourceOf: (path: string) => Promise<ByteSource>,
): Promise<TfjsModel> {
  const { document, groups } = parseTfjsModel(text);
  const weights: StoredWeight[] = [];
  for (const group of groups) {
    const sources: ByteSource[] = [];
    for (const path of group.paths) sources.push(await sourceOf(path));
    const source = joinSources(sources);
    for (const { weight, begin, end } of await placeWeights(group.weights, source)) {
      const readStored: ReadBytes = (yieldPoint) => source.read(begin, end, yieldPoint);
      weights.push({
        ...weight,
        listed: listedDtype(weight),
        bytes: end - begin,
        readStored,
        read: async (yieldPoint) => dequantize(weight, await readStored(yieldPoint)),
      });
    }
  }
  return { document, weights };
}
