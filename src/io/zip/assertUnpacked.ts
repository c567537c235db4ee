import { crc32 } from '../crc32';
import { quoted } from '../parseStrictJson';
import { damaged } from './damaged';
import type { ZipRecord } from './directoryRecords';

/** Throws unless the unpacked bytes of a file have the size and the checksum that the archive states. */
export function assertUnpacked(
  { name, size, checksum }: Pick<ZipRecord, 'name' | 'size' | 'checksum'>,
  bytes: Uint8Array,
): void {
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
