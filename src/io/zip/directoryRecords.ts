import { invalid } from '../../errors';
import { quoted } from '../parseStrictJson';
import { damaged } from './damaged';
import type { DirectoryPlace } from './directoryPlace';
import { LOCAL_HEADER_BYTES } from './fileBytes';
import { SIGNATURES } from './signatures';

/** A file of an archive, as the directory lists it. */
export interface ZipRecord {
  readonly name: string;
  /** True if the file is compressed with deflate. */
  readonly isDeflated: boolean;
  /** The number of bytes when it is unpacked. */
  readonly size: number;
  /** The number of bytes that are stored. */
  readonly packed: number;
  /** The CRC-32 of the unpacked bytes. */
  readonly checksum: number;
  /** The offset of its local header. */
  readonly from: number;
}

/** The most that deflate compresses: 258 bytes to 2 bits. */
const GREATEST_RATIO = 1032;

/**
 * The files of an archive. Sizes and offsets are checked against the size of the archive.
 *
 * @param directory - The bytes of the directory.
 * @param place - Its place.
 * @param total - The number of bytes of the archive.
 */
export function directoryRecords(
  directory: Uint8Array,
  place: DirectoryPlace,
  total: number,
): ZipRecord[] {
  const view = new DataView(directory.buffer, directory.byteOffset, directory.length);
  const records: ZipRecord[] = [];
  let at = 0;
  for (let i = 0; i < place.count; i++) {
    const { record, end } = recordAt(view, at, place.begin);
    assertInside(record, total);
    records.push(record);
    at = end;
  }
  assertNamesDiffer(records);
  return records;
}

/** The record at an offset of the directory, with the offset behind it. */
function recordAt(view: DataView, at: number, base: number): { record: ZipRecord; end: number } {
  if (at + 46 > view.byteLength || view.getUint32(at, true) !== SIGNATURES.record) {
    throw damaged(`the directory of the archive has no record at byte ${base + at}`);
  }
  const [nameLength, extraLength] = [view.getUint16(at + 28, true), view.getUint16(at + 30, true)];
  const end = at + 46 + nameLength + extraLength + view.getUint16(at + 32, true);
  if (end > view.byteLength) throw damaged('the directory of the archive is truncated');
  const name = textAt(view, at + 46, nameLength);
  const method = view.getUint16(at + 10, true);
  assertMethod(name, view.getUint16(at + 8, true), method);
  const [size, packed, from] = sizesOf(view, at, at + 46 + nameLength, extraLength);
  const checksum = view.getUint32(at + 16, true);
  return { record: { name, isDeflated: method === 8, size, packed, checksum, from }, end };
}

/** Throws for a file that is encrypted, or compressed by another method than deflate. */
function assertMethod(name: string, flags: number, method: number): void {
  const again = 'Save the file again with numpy.savez or torch.save';
  if (flags & 1) throw invalid(`${quoted(name)} is encrypted`, again);
  if (method === 0 || method === 8) return;
  throw invalid(
    `${quoted(name)} is compressed by method ${method}, which is neither stored nor deflate`,
    again,
    { received: method },
  );
}

/** The size, the stored size and the offset of a file. Where one does not fit in 32 bits, an extra field has it. */
function sizesOf(
  view: DataView,
  at: number,
  extra: number,
  extraLength: number,
): [number, number, number] {
  const fields = [24, 20, 42].map((offset) => view.getUint32(at + offset, true));
  let next = extra64(view, extra, extra + extraLength);
  const [size, packed, from] = fields.map((field) => {
    if (field !== 0xffffffff || next === null) return field;
    if (next.at + 8 > next.end) throw damaged('a large file lacks its size');
    next = { at: next.at + 8, end: next.end };
    return Number(view.getBigUint64(next.at - 8, true)); // Over 2⁵³ it is beyond every file.
  });
  return [size, packed, from];
}

/** The place of the extra field for large files; null if there is none. */
function extra64(view: DataView, begin: number, end: number): { at: number; end: number } | null {
  for (let at = begin; at + 4 <= end; ) {
    const next = at + 4 + view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === 1) return { at: at + 4, end: Math.min(next, end) };
    at = next;
  }
  return null;
}

/** Throws if a file does not fit in the archive, or claims a size that its bytes cannot have. */
function assertInside({ name, isDeflated, size, packed, from }: ZipRecord, total: number): void {
  if (from + LOCAL_HEADER_BYTES > total) {
    throw damaged(`the archive has no file at byte ${from}, where ${quoted(name)} should be`);
  }
  const isPossible = isDeflated ? size <= packed * GREATEST_RATIO : size === packed;
  if (isPossible && from + LOCAL_HEADER_BYTES + packed <= total) return;
  throw damaged(`${quoted(name)} claims ${size} bytes in ${packed} at byte ${from} of ${total}`, {
    received: size,
  });
}

function assertNamesDiffer(records: readonly ZipRecord[]): void {
  const names = new Set<string>();
  for (const { name } of records) {
    if (names.has(name)) throw damaged(`${quoted(name)} appears twice`);
    names.add(name);
  }
}

function textAt(view: DataView, at: number, length: number): string {
  return new TextDecoder().decode(
    new Uint8Array(view.buffer.slice(view.byteOffset + at, view.byteOffset + at + length)),
  );
}
