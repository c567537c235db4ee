import { joinBytes } from './joinBytes';
import { littleEndian } from './littleEndian';
import { SIGNATURES } from './signatures';
import { FLAGS, isLarge, versionFor, WIDE, type WrittenFile } from './writtenFile';

/** A file that is written, for the directory. */
export interface WrittenRecord extends WrittenFile {
  readonly checksum: number;
  /** The offset of its local header. */
  readonly from: number;
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
  const directory = joinBytes(records.map(directoryRecord));
  const end = begin + directory.length;
  const count = Math.min(records.length, 0xffff);
  return joinBytes([
    directory,
    littleEndian([4, SIGNATURES.end64], [8, 44], [2, 45], [2, 45], [4, 0], [4, 0]),
    littleEndian([8, records.length], [8, records.length], [8, directory.length], [8, begin]),
    littleEndian([4, SIGNATURES.locator64], [4, 0], [8, end], [4, 1]),
    littleEndian([4, SIGNATURES.end], [2, 0], [2, 0], [2, count], [2, count]),
    littleEndian([4, Math.min(directory.length, WIDE)], [4, Math.min(begin, WIDE)], [2, 0]),
  ]);
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
  return joinBytes([
    littleEndian([4, SIGNATURES.record], [2, version], [2, version], [2, FLAGS], [2, 0]),
    littleEndian([4, 0], [4, checksum], [4, told], [4, told]),
    littleEndian([2, name.length], [2, extra.length], [2, 0], [2, 0], [2, 0], [4, 0]),
    littleEndian([4, Math.min(from, WIDE)]),
    name,
    extra,
  ]);
}
