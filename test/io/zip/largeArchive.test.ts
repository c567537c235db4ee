import { describe, expect, it } from 'vitest';
import { archiveEnd, type WrittenRecord } from '../../../src/io/zip/archiveEnd';
import type { ByteSource } from '../../../src/io/zip/byteSource';
import { fileBytes, LOCAL_HEADER_BYTES } from '../../../src/io/zip/fileBytes';
import { dataDescriptor, localHeader } from '../../../src/io/zip/localHeader';
import { readDirectory } from '../../../src/io/zip/readDirectory';

/** The sizes of the files: one is over 4 GiB, and the others begin behind it. */
const sizes = { large: 5 * 2 ** 30, small: 100, second: 2 ** 32 };

/** An archive with these files, whose data is zeros that take no memory. */
function largeArchive(): { source: ByteSource; records: WrittenRecord[]; begins: number[] } {
  const parts: { at: number; bytes: Uint8Array }[] = [];
  const records: WrittenRecord[] = [];
  const begins: number[] = [];
  let at = 0;
  const add = (bytes: Uint8Array) => {
    parts.push({ at, bytes });
    at += bytes.length;
  };
  for (const [name, size] of Object.entries(sizes)) {
    records.push({ name, size, checksum: 7, from: at });
    add(localHeader({ name, size }, at));
    begins.push(at);
    at += size;
    add(dataDescriptor({ name, size }, 7));
  }
  add(archiveEnd(records, at));
  const source: ByteSource = {
    size: at,
    async read(begin, end) {
      const bytes = new Uint8Array(end - begin);
      for (const part of parts) {
        for (let k = 0; k < part.bytes.length; k++) {
          const place = part.at + k - begin;
          if (place >= 0 && place < bytes.length) bytes[place] = part.bytes[k];
        }
      }
      return bytes;
    },
  };
  return { source, records, begins };
}

describe('an archive over 4 GiB', () => {
  it('is listed with sizes and offsets of 64 bits', async () => {
    const { source, records } = largeArchive();
    const found = await readDirectory(source);
    expect(found).toEqual(
      records.map(({ size, ...record }) => ({ ...record, size, packed: size, isDeflated: false })),
    );
  });

  it('has its files at multiples of 64 bytes', async () => {
    const { source, begins } = largeArchive();
    for (const [i, record] of (await readDirectory(source)).entries()) {
      const header = await source.read(record.from, record.from + LOCAL_HEADER_BYTES);
      expect(fileBytes(record, header, source.size)).toEqual({
        begin: begins[i],
        end: begins[i] + record.size,
      });
      expect(begins[i] % 64).toBe(0);
    }
  });
});
