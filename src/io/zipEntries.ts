import { crc32 } from './crc32';
import { quoted } from './parseStrictJson';
import { damaged } from './zip/damaged';
import { directoryPlace } from './zip/directoryPlace';
import { directoryRecords } from './zip/directoryRecords';
import { assertApart, fileBytes } from './zip/fileBytes';

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

/**
 * The files in a zip archive, from its central directory. Every offset and size is checked against the archive.
 *
 * @param bytes - The whole archive.
 * @throws InvalidInputError if the archive is damaged, encrypted or in parts, if a file is compressed by another
 * method than deflate, or if files overlap, have the same name or claim an impossible size.
 */
export function zipEntries(bytes: Uint8Array): ZipEntry[] {
  const place = directoryPlace(bytes, 0);
  const records = directoryRecords(bytes.subarray(place.begin, place.end), place, bytes.length);
  const places = records.map((record) =>
    fileBytes(record, bytes.subarray(record.from), bytes.length),
  );
  assertApart(
    records.map(({ name, from }, i) => ({ name, from, to: places[i].end })),
    place.begin,
  );
  return records.map(({ name, isDeflated, size, checksum }, i) => {
    const stored = bytes.subarray(places[i].begin, places[i].end);
    return { name, stored, isDeflated, size, checksum };
  });
}

/** Throws unless the unpacked bytes of a file have the size and the checksum that the archive states. */
export function assertUnpacked({ name, size, checksum }: ZipEntry, bytes: Uint8Array): void {
  if (bytes.length !== size) {
    throw damaged(
      `${quoted(name)} unpacks to ${bytes.length} bytes, where the archive states ${size}`,
      { received: bytes.length },
    );
  }
  if (crc32(bytes) !== checksum) {
    throw damaged(`the checksum of ${quoted(name)} is wrong`, { param: name });
  }
}
