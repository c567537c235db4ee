import { invalid } from '../errors';
import { crc32 } from './crc32';
import { quoted } from './parseStrictJson';

/** A file in a zip archive. */
export interface ZipEntry {
  readonly name: string;
  /** Its bytes as they are stored. */
  readonly stored: Uint8Array;
  /** True if they are compressed with deflate. */
  readonly isDeflated: boolean;
  /** The number of bytes when it is unpacked. */
  readonly size: number;
  /** The CRC-32 of the unpacked bytes. */
  readonly checksum: number;
}

const DAMAGED = 'The file is damaged or is not an .npz file: download it or save it again';

/** The most that deflate compresses: 258 bytes to 2 bits. */
const GREATEST_RATIO = 1032;

/**
 * The files in a zip archive, from its central directory. Every offset and size is checked against the archive.
 *
 * @param bytes - The whole archive.
 * @throws InvalidInputError if the archive is damaged, encrypted or in parts, if a file is compressed by another
 * method than deflate, or if files overlap, have the same name or claim an impossible size.
 */
export function zipEntries(bytes: Uint8Array): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const directory = directoryOf(view);
  const records: Located[] = [];
  let at = directory.begin;
  for (let i = 0; i < directory.count; i++) {
    const record = recordAt(view, at, directory.end);
    records.push(record);
    at = record.end;
  }
  assertApart(records, directory.begin);
  return records.map(({ entry }) => entry);
}

/** Throws unless the unpacked bytes of a file have the size and the checksum that the archive states. */
export function assertUnpacked({ name, size, checksum }: ZipEntry, bytes: Uint8Array): void {
  if (bytes.length !== size) {
    throw invalid(
      `${quoted(name)} unpacks to ${bytes.length} bytes, where the archive states ${size}`,
      DAMAGED,
      { received: bytes.length },
    );
  }
  if (crc32(bytes) !== checksum) {
    throw invalid(`the checksum of ${quoted(name)} is wrong`, DAMAGED, { param: name });
  }
}

interface Directory {
  readonly begin: number;
  readonly end: number;
  readonly count: number;
}

const SIGNATURES = {
  local: 0x04034b50,
  record: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator64: 0x07064b50,
};

/** The place of the central directory, from the record at the end of the archive. */
function directoryOf(view: DataView): Directory {
  const at = endRecord(view);
  const [count, size, begin] = fieldsAt64(view, at) ?? [
    view.getUint16(at + 10, true),
    view.getUint32(at + 12, true),
    view.getUint32(at + 16, true),
  ];
  if (begin + size > at) {
    throw invalid(
      `the directory of the archive is at bytes ${begin} to ${begin + size} of ${view.byteLength}`,
      DAMAGED,
      { received: begin + size },
    );
  }
  return { begin, end: begin + size, count };
}

/** The offset of the end record, which a comment of at most 65535 bytes may follow. */
function endRecord(view: DataView): number {
  const first = Math.max(0, view.byteLength - 22 - 0xffff);
  for (let at = view.byteLength - 22; at >= first; at--) {
    const isEnd = view.getUint32(at, true) === SIGNATURES.end;
    if (isEnd && at + 22 + view.getUint16(at + 20, true) === view.byteLength) return at;
  }
  throw invalid('the file is no zip archive, or is truncated: it lacks its directory', DAMAGED);
}

/** The number of files, the size and the offset of the directory of a large archive (zip64); null for others. */
function fieldsAt64(view: DataView, end: number): [number, number, number] | null {
  const locator = end - 20;
  if (locator < 0 || view.getUint32(locator, true) !== SIGNATURES.locator64) return null;
  const at = wide(view, locator + 8);
  if (at + 56 > locator || view.getUint32(at, true) !== SIGNATURES.end64) {
    throw invalid('the archive lacks the end record of its large directory', DAMAGED);
  }
  return [wide(view, at + 32), wide(view, at + 40), wide(view, at + 48)];
}

/** A file of the archive with its place. */
interface Located {
  readonly entry: ZipEntry;
  /** The offset of its local header. */
  readonly from: number;
  /** The offset behind its bytes. */
  readonly to: number;
  /** The offset behind its record in the directory. */
  readonly end: number;
}

/** The file of the directory's record at an offset. */
function recordAt(view: DataView, at: number, limit: number): Located {
  if (at + 46 > limit || view.getUint32(at, true) !== SIGNATURES.record) {
    throw invalid(`the directory of the archive has no record at byte ${at}`, DAMAGED);
  }
  const [nameLength, extraLength] = [view.getUint16(at + 28, true), view.getUint16(at + 30, true)];
  const end = at + 46 + nameLength + extraLength + view.getUint16(at + 32, true);
  if (end > limit) throw invalid('the directory of the archive is truncated', DAMAGED);
  const name = textAt(view, at + 46, nameLength);
  assertMethod(name, view.getUint16(at + 8, true), view.getUint16(at + 10, true));
  const [size, packed, from] = sizesOf(view, at, at + 46 + nameLength, extraLength);
  const isDeflated = view.getUint16(at + 10, true) === 8;
  const begin = dataOffset(view, name, from);
  const to = begin + packed;
  if (to > view.byteLength || (isDeflated ? size > packed * GREATEST_RATIO : size !== packed)) {
    throw invalid(
      `${quoted(name)} claims ${size} bytes in ${packed} at byte ${begin} of ${view.byteLength}`,
      DAMAGED,
      { received: size },
    );
  }
  const stored = new Uint8Array(view.buffer, view.byteOffset + begin, packed);
  const entry = { name, stored, isDeflated, size, checksum: view.getUint32(at + 16, true) };
  return { entry, from, to, end };
}

/** Throws for a file that is encrypted, or compressed by another method than deflate. */
function assertMethod(name: string, flags: number, method: number): void {
  if (flags & 1) {
    throw invalid(`${quoted(name)} is encrypted`, 'Save the file with numpy.savez');
  }
  if (method === 0 || method === 8) return;
  throw invalid(
    `${quoted(name)} is compressed by method ${method}, which is neither stored nor deflate`,
    'Save the file with numpy.savez or numpy.savez_compressed',
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
    if (next.at + 8 > next.end) throw invalid('a large file lacks its size', DAMAGED);
    next = { at: next.at + 8, end: next.end };
    return wide(view, next.at - 8);
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

/** The offset of a file's bytes, behind its local header. */
function dataOffset(view: DataView, name: string, from: number): number {
  if (from + 30 > view.byteLength || view.getUint32(from, true) !== SIGNATURES.local) {
    throw invalid(
      `the archive has no file at byte ${from}, where ${quoted(name)} should be`,
      DAMAGED,
    );
  }
  return from + 30 + view.getUint16(from + 26, true) + view.getUint16(from + 28, true);
}

/** Throws if two files have one name, or share bytes: a small archive could then unpack to any size. */
function assertApart(records: readonly Located[], directory: number): void {
  const names = new Set<string>();
  for (const { entry } of records) {
    if (names.has(entry.name)) throw invalid(`${quoted(entry.name)} appears twice`, DAMAGED);
    names.add(entry.name);
  }
  const inOrder = [...records].sort((one, other) => one.from - other.from);
  for (const [i, { entry, to }] of inOrder.entries()) {
    const next = inOrder[i + 1]?.from ?? directory;
    if (to > next) throw invalid(`${quoted(entry.name)} overlaps what follows it`, DAMAGED);
  }
}

/** An unsigned integer of 64 bits. One over 2⁵³ is rounded, and beyond every file. */
function wide(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}

function textAt(view: DataView, at: number, length: number): string {
  return new TextDecoder().decode(
    new Uint8Array(view.buffer.slice(view.byteOffset + at, view.byteOffset + at + length)),
  );
}
