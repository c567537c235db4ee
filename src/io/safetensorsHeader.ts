import { invalid } from '../errors';
import { checkMetadata } from './checkName';
import { foreignFormat } from './foreignFormat';
import { parseStrictJson, quoted } from './parseStrictJson';
import { checkCoverage, parseEntry, type StoredTensor } from './storedTensor';

/** The longest header that is read or written, in bytes: the reference implementation's limit. */
export const MAX_HEADER_BYTES = 100_000_000;

/** The checked header of a safetensors file. */
export interface SafetensorsHeader {
  tensors: StoredTensor[];
  metadata: Record<string, string>;
}

const DAMAGED = 'The file is damaged or is not safetensors: fetch it or save it again';

/**
 * The number of bytes of the header that follows the first 8 bytes of a file of `fileBytes` bytes.
 *
 * @param start - The beginning of the file: 8 bytes, and as many more as tell its kind where it is none of
 * safetensors (`START_BYTES`, or the whole of a shorter file).
 */
export function headerByteLength(start: Uint8Array, fileBytes: number): number {
  if (fileBytes < 8) {
    const problem = `the file has ${fileBytes} bytes, fewer than the 8 of the header's length`;
    throw invalid(problem, DAMAGED);
  }
  const length = new DataView(start.buffer, start.byteOffset, 8).getBigUint64(0, true);
  if (length > MAX_HEADER_BYTES || Number(length) > fileBytes - 8 || !startsHeader(start)) {
    assertNotForeign(start);
  }
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

/** Whether the first byte of the header, where it is known, is what the format asks for. */
function startsHeader(start: Uint8Array): boolean {
  return start.length === 8 || start[8] === 0x7b;
}

/** Throws where the beginning of a file is that of another kind of file. */
function assertNotForeign(start: Uint8Array): void {
  const foreign = foreignFormat(start);
  if (foreign) throw invalid(`this is ${foreign.kind}, not safetensors`, foreign.remedy);
}

/** The checked header of a file whose data, after the header, has `dataBytes` bytes. */
export function parseHeader(header: Uint8Array, dataBytes: number): SafetensorsHeader {
  const text = decodeHeader(header);
  const json = parseStrictJson(text, 'the header', undefined, numberProblem);
  const { __metadata__: metadata, ...entries } = json;
  const tensors = Object.entries(entries).map(([name, entry]) => parseEntry(name, entry));
  checkCoverage(tensors, { dataStart: 8 + header.length, dataBytes });
  return { tensors, metadata: checkMetadata('__metadata__', metadata ?? {}) };
}

/** The format's integers are written without fraction and exponent, and no number is infinite. */
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
