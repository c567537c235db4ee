import { littleEndian } from './littleEndian';
import { SIGNATURES } from './signatures';

/** A file to write into an archive. */
export interface WrittenFile {
  readonly name: string;
  /** The number of its bytes. */
  readonly size: number;
}

/** A file that is written, for the directory. */
export interface WrittenRecord extends WrittenFile {
  readonly checksum: number;
  /** The offset of its local header. */
  readonly from: number;
}

/** The bytes at whose multiples the data of files begins. */
const ALIGNMENT = 64;

/** Fields of 32 bits with this value have 64 bits elsewhere. */
const WIDE = 0xffffffff;

/** The bit for sizes and checksums behind the data, and the one for names in UTF-8. */
const FLAGS = 0x0808;

/** The version of the format that readers need: that of large files, or that of folders. */
const versionFor = (isWide: boolean) => (isWide ? 45 : 20);

const isLarge = ({ size }: WrittenFile) => size >= WIDE;

/**
 * The header before the bytes of a file that is stored as it is. The file's bytes begin at a multiple of 64. Their
 * checksum is not known yet: {@link dataDescriptor} has it.
 *
 * @param from - The offset of the header.
 */
export function localHeader(file: WrittenFile, from: number): Uint8Array<ArrayBuffer> {
  const name = new TextEncoder().encode(file.name);
  const wide = isLarge(file) ? littleEndian([2, 1], [2, 16], [8, 0], [8, 0]) : new Uint8Array();
  const end = from + 30 + name.length + wide.length + 4;
  const padding = (ALIGNMENT - (end % ALIGNMENT)) % ALIGNMENT;
  const extra = joined(wide, littleEndian([2, 0x4246], [2, padding]), new Uint8Array(padding)); // 'FB', as in torch's files
  return joined(
    littleEndian([4, SIGNATURES.local], [2, versionFor(isLarge(file))], [2, FLAGS], [2, 0]),
    littleEndian([4, 0], [4, 0], [4, isLarge(file) ? WIDE : 0], [4, isLarge(file) ? WIDE : 0]),
    littleEndian([2, name.length], [2, extra.length]),
    name,
    extra,
  );
}

/** The checksum and the size behind the bytes of a file. */
export function dataDescriptor(file: WrittenFile, checksum: number): Uint8Array<ArrayBuffer> {
  const width = isLarge(file) ? 8 : 4;
  return littleEndian(
    [4, SIGNATURES.descriptor],
    [4, checksum],
    [width, file.size],
    [width, file.size],
  );
}

/**
 * The end of an archive: the directory of its files, and the end records, those of large archives included.
 *
 * @param begin - The offset of the directory.
 */
export function archiveEnd(
  records: readonly WrittenRecord[],
  begin: number,
): Uint8Array<ArrayBuffer> {
  const directory = joined(...records.map(directoryRecord));
  const end = begin + directory.length;
  const count = Math.min(records.length, 0xffff);
  return joined(
    directory,
    littleEndian([4, SIGNATURES.end64], [8, 44], [2, 45], [2, 45], [4, 0], [4, 0]),
    littleEndian([8, records.length], [8, records.length], [8, directory.length], [8, begin]),
    littleEndian([4, SIGNATURES.locator64], [4, 0], [8, end], [4, 1]),
    littleEndian([4, SIGNATURES.end], [2, 0], [2, 0], [2, count], [2, count]),
    littleEndian([4, Math.min(directory.length, WIDE)], [4, Math.min(begin, WIDE)], [2, 0]),
  );
}

/** The record of a file in the directory. The extra field holds the values that do not fit in 32 bits. */
function directoryRecord(record: WrittenRecord): Uint8Array<ArrayBuffer> {
  const { size, from, checksum } = record;
  const name = new TextEncoder().encode(record.name);
  const wide = [...(isLarge(record) ? [size, size] : []), ...(from >= WIDE ? [from] : [])];
  const fields = wide.map((value) => [8, value] as const);
  const extra =
    wide.length > 0 ? littleEndian([2, 1], [2, 8 * wide.length], ...fields) : new Uint8Array();
  const version = versionFor(wide.length > 0);
  const told = Math.min(size, WIDE);
  return joined(
    littleEndian([4, SIGNATURES.record], [2, version], [2, version], [2, FLAGS], [2, 0]),
    littleEndian([4, 0], [4, checksum], [4, told], [4, told]),
    littleEndian([2, name.length], [2, extra.length], [2, 0], [2, 0], [2, 0], [4, 0]),
    littleEndian([4, Math.min(from, WIDE)]),
    name,
    extra,
  );
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
