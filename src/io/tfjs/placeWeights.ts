import { invalid } from '../../errors';
import { quoted } from '../parseStrictJson';
import type { ByteSource } from '../zip/byteSource';
import { elementBytes, type TfjsWeight } from './tfjsWeight';

/** A weight with its bytes in those of its group. */
export interface PlacedWeight {
  readonly weight: TfjsWeight;
  readonly begin: number;
  readonly end: number;
}

/**
 * The places of the weights of a group, which follow each other. Throws unless they fill the bytes of the group.
 *
 * @param source - The bytes of the shards of the group, joined.
 */
export async function placeWeights(
  weights: readonly TfjsWeight[],
  source: ByteSource,
): Promise<PlacedWeight[]> {
  const placed: PlacedWeight[] = [];
  let begin = 0;
  for (const weight of weights) {
    const end = await endOf(weight, begin, source);
    placed.push({ weight, begin, end });
    begin = end;
  }
  if (begin < source.size) {
    const problem = `the weights of a group have ${begin} bytes, and its shards ${source.size}`;
    throw invalid(problem, SAVE_AGAIN, { received: source.size });
  }
  return placed;
}

const SAVE_AGAIN = 'Download or save model.json and all of its shards again';

async function endOf(weight: TfjsWeight, begin: number, source: ByteSource): Promise<number> {
  const each = elementBytes(weight);
  const count = sizeOf(weight.shape);
  const end = begin + count * (each ?? LENGTH_BYTES);
  if (end > source.size) throw tooShort(weight, end, source);
  return each === null ? endOfTexts(weight, begin, count, source) : end;
}

/** The number of elements. It may be infinite, which no file holds. */
function sizeOf(shape: readonly number[]): number {
  return shape.includes(0) ? 0 : shape.reduce((product, size) => product * size, 1);
}

/** The bytes of the length before each text. */
const LENGTH_BYTES = 4;
const WINDOW_BYTES = 2 ** 16;

/** The place after texts, each of which has its length before it. */
async function endOfTexts(
  weight: TfjsWeight,
  begin: number,
  count: number,
  source: ByteSource,
): Promise<number> {
  let window = new DataView(new ArrayBuffer(0));
  let from = 0;
  let at = begin;
  for (let i = 0; i < count; i++) {
    if (at + LENGTH_BYTES > source.size) throw tooShort(weight, at + LENGTH_BYTES, source);
    if (window.byteLength === 0 || at + LENGTH_BYTES > from + window.byteLength) {
      from = at;
      const bytes = await source.read(from, Math.min(from + WINDOW_BYTES, source.size));
      window = new DataView(bytes.buffer);
    }
    at += LENGTH_BYTES + window.getUint32(at - from, true);
    if (at > source.size) throw tooShort(weight, at, source);
  }
  return at;
}

function tooShort({ name, shape, dtype }: TfjsWeight, end: number, { size }: ByteSource) {
  return invalid(
    `weight ${quoted(name)}, ${dtype} of shape [${shape.slice(0, 8)}], ends at byte ${end} of its group, whose shards have ${size}`,
    SAVE_AGAIN,
    { param: name, received: size },
  );
}
