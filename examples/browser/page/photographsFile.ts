import type { PhotographSet } from '../protocol';
import { fetchBinaryFile } from './binaryFile';

const BYTES = 3 * 32 * 32;

/** Fetches the photographs that were built with the page, at most `limit`. */
export async function fetchPhotographs(limit: number, signal: AbortSignal): Promise<PhotographSet> {
  const bytes = await fetchBinaryFile('photographs.bin', signal);
  const stored = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (bytes.length !== 4 + stored * (BYTES + 1)) {
    throw new Error(
      `photographs.bin is damaged: ${bytes.length} bytes do not hold ${stored} photographs. Build the page again.`,
    );
  }
  const count = Math.min(stored, limit);
  const labels = 4 + stored * BYTES;
  return {
    pixels: bytes.slice(4, 4 + count * BYTES),
    labels: bytes.slice(labels, labels + count),
    count,
  };
}
