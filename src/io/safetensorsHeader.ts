import { invalid } from '../errors';
import { checkMetadata } from './checkName';
import { parseStrictJson } from './parseStrictJson';
import { checkCoverage, parseEntry, type StoredTensor } from './storedTensor';

/** The longest header that is read or written, in bytes: the reference implementation's limit. */
export const MAX_HEADER_BYTES = 100_000_000;

/** What the header of a safetensors file says, once checked. */
export interface SafetensorsHeader {
  tensors: StoredTensor[];
  metadata: Record<string, string>;
}

const DAMAGED = 'The file is damaged or is not safetensors: fetch it or save it again';

/**
 * The number of bytes of the header that follows the first 8 bytes, `start`, of a file of
 * `fileBytes` bytes.
 */
export function headerByteLength(start: Uint8Array, fileBytes: number): number {
  if (fileBytes < 8) {
    const problem = `the file has ${fileBytes} bytes, fewer than the 8 of the header's length`;
    throw invalid(problem, DAMAGED);
  }
  const length = new DataView(start.buffer, start.byteOffset, 8).getBigUint64(0, true);
  if (length > MAX_HEADER_BYTES) {
    const problem = `the first 8 bytes announce a header of ${length} bytes, over the limit of ${MAX_HEADER_BYTES}`;
    throw invalid(problem, DAMAGED);
  }
  const expected = 8 + Number(length);
  if (expected > fileBytes) {
    const problem = `the file is truncated within its header: expected at least ${expected} bytes, received ${fileBytes}`;
    throw invalid(problem, DAMAGED);
  }
  return Number(length);
}

/** The checked header of a file whose data, after the header, has `dataBytes` bytes. */
export function parseHeader(header: Uint8Array, dataBytes: number): SafetensorsHeader {
  const text = decodeHeader(header);
  const { __metadata__: metadata = {}, ...entries } = parseStrictJson(text, 'the header');
  const tensors = Object.entries(entries).map(([name, entry]) => parseEntry(name, entry));
  checkCoverage(tensors, { dataStart: 8 + header.length, dataBytes });
  return { tensors, metadata: checkMetadata('__metadata__', metadata) };
}

function decodeHeader(header: Uint8Array): string {
  let text: string;
  try {
    // The copy is for browsers, whose decoder refuses shared memory.
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      new Uint8Array(header),
    );
  } catch {
    throw invalid('the header is not UTF-8', DAMAGED);
  }
  if (!text.startsWith('{')) {
    const start = JSON.stringify(text.slice(0, 10));
    throw invalid(`the header must start with "{" and starts with ${start}`, DAMAGED);
  }
  return text;
}
