import type { DigitSet, Digits } from '../protocol';
import { fetchBinaryFile } from './binaryFile';

const PIXELS = 784;

/** Fetches the digits that were built with the page, at most `limits` of each set. */
export async function fetchDigits(limits: { train: number; test: number }): Promise<Digits> {
  return parseDigits(await fetchBinaryFile('digits.bin'), limits);
}

/** Numbers of training and test images (uint32, little-endian), then for each set pixels and labels. */
function parseDigits(bytes: Uint8Array, limits: { train: number; test: number }): Digits {
  const header = new DataView(bytes.buffer, bytes.byteOffset);
  const [train, test] = [header.getUint32(0, true), header.getUint32(4, true)];
  if (bytes.length !== 8 + (train + test) * (PIXELS + 1)) {
    throw new Error(
      `digits.bin is damaged: ${bytes.length} bytes do not hold ${train} + ${test} images. Build the page again.`,
    );
  }
  const set = (begin: number, stored: number, limit: number): DigitSet => {
    const count = Math.min(stored, limit);
    const labels = begin + stored * PIXELS;
    return {
      pixels: bytes.slice(begin, begin + count * PIXELS),
      labels: bytes.slice(labels, labels + count),
      count,
    };
  };
  return {
    train: set(8, train, limits.train),
    test: set(8 + train * (PIXELS + 1), test, limits.test),
  };
}
