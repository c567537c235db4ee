import { invalid } from '../errors';
import { MAX_HEADER_BYTES } from './safetensorsHeader';
import type { StoredTensor } from './storedTensor';

/** The 8-byte length and the header, padded with spaces so that the data is aligned to 8 bytes. */
export function encodeHeader(
  tensors: readonly StoredTensor[],
  metadata: Record<string, string>,
): Uint8Array<ArrayBuffer> {
  const entries: [string, unknown][] = tensors.map(({ name, dtype, shape, begin, end }) => {
    return [name, { dtype, shape, data_offsets: [begin, end] }];
  });
  if (Object.keys(metadata).length > 0) entries.unshift(['__metadata__', metadata]);
  // Joined by hand: a record would move names such as "7" to the front.
  const members = entries.map(
    ([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`,
  );
  const json = new TextEncoder().encode(`{${members.join(',')}}`);

  const length = Math.ceil(json.length / 8) * 8;
  if (length > MAX_HEADER_BYTES) {
    const problem = `the header would take ${length} bytes, over the limit of ${MAX_HEADER_BYTES}`;
    throw invalid(problem, 'Shorten the metadata, or write several files', { received: length });
  }
  const header = new Uint8Array(8 + length).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true);
  header.set(json, 8);
  return header;
}
