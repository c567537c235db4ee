import { invalid } from '../errors';
import { checkMetadata } from './checkName';
import { foreignFormat } from './foreignFormat';
import { parseStrictJson, quoted } from './parseStrictJson';
import { checkCoverage, parseEntry, type StoredTensor } from './storedTensor';

/** The longest header that is read or written, in bytes. The reference implementation has the same limit. */
export const MAX_HEADER_BYTES = 100_000_000;

/** The checked header of a safetensors file. */
export interface SafetensorsHeader {
  tensors: StoredTensor[];
  metadata: Record<string, string>;
}

const DAMAGED = 'The file is damaged or is not safetensors: download it or save it again';

/**
 * The length of the header, in bytes, without the 8 bytes of the length itself.
 *
 * @param start - The first `START_BYTES` bytes of the file, or all of a shorter file. Bytes after the
 * first 8 serve to name another kind of file in the error.
 * @param fileBytes - The size of the file in bytes.
 */
export function headerByteLength(start: Uint8Array, fileBytes: number): number {
  if (fileBytes < 8) {
    const problem = `the file has ${fileBytes} bytes, fewer than the 8 of the header's length`;
    throw invalid(problem, DAMAGED, { received: fileBytes });
  }
  const length = new DataView(start.buffer, start.byteOffset, 8).getBigUint64(0, true);
  if (length > MAX_HEADER_BYTES || Number(length) > fileBytes - 8 || !startsHeader(start)) {
    assertNotForeign(start);
  }
  if (length > MAX_HEADER_BYTES) {
    const problem = `the first 8 bytes announce a header of ${length} bytes, over the limit of ${MAX_HEADER_BYTES}`;
    throw invalid(problem, DAMAGED, { received: Number(length) });
  }
  const expected = 8 + Number(length);
  if (expected > fileBytes) {
    const problem = `the file is truncated within its header: expected at least ${expected} bytes, received ${fileBytes}`;
    throw invalid(problem, DAMAGED, { received: fileBytes });
  }
  return Number(length);
}

/** True if the header begins with `{`, or if its first byte is not in `start`. */
function startsHeader(start: Uint8Array): boolean {
  return start.length === 8 || start[8] === 0x7b;
}

/** Throws if the file is recognised as another kind of file. */
function assertNotForeign(start: Uint8Array): void {
  const foreign = foreignFormat(start);
  if (!foreign) return;
  throw invalid(`this is ${foreign.kind}, not safetensors`, foreign.remedy, {
    received: foreign.kind,
  });
}

/**
 * Parses and checks a header.
 *
 * @param dataBytes - The number of bytes in the file after the header.
 */
export function parseHeader(header: Uint8Array, dataBytes: number): SafetensorsHeader {
  const text = decodeHeader(header);
  const json = parseStrictJson(text, 'the header', undefined, numberProblem);
  const { __metadata__: metadata, ...entries } = json;
  const tensors = Object.entries(entries).map(([name, entry]) => parseEntry(name, entry));
  checkCoverage(tensors, { dataStart: 8 + header.length, dataBytes });
  return { tensors, metadata: checkMetadata('__metadata__', metadata ?? {}) };
}

/** The format writes integers without fraction and exponent, and has no infinite numbers. */
function numberProblem(written: string, path: readonly string[]): string | undefined {
  if (!Number.isFinite(Number(written))) return `has the number ${quoted(written)}, out of range`;
  const [tensor, field] = path;
  const isCount = path.length === 3 && (field === 'shape' || field === 'data_offsets');
  if (!isCount || !/[.e]/i.test(written) || !Number.isInteger(Number(written))) return undefined;
  return `has ${written} in ${field} of tensor ${quoted(tensor)}, where integers have neither point nor exponent`;
}

function decodeHeader(header: Uint8Array): string {
  let text: string;
  try {
    // Copied because the decoder of browsers refuses shared memory.
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      new Uint8Array(header),
    );
  } catch {
    throw invalid('the header is not UTF-8', DAMAGED);
  }
  if (!text.startsWith('{')) {
    const start = JSON.stringify(text.slice(0, 10));
    throw invalid(`the header must start with "{", received ${start}`, DAMAGED, {
      received: text.slice(0, 10),
    });
  }
  return text;
}
