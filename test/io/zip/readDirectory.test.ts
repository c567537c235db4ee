import { crc32 as crcOfNode } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../../src/errors';
import { crc32 } from '../../../src/io/crc32';
import { assertUnpacked } from '../../../src/io/zip/assertUnpacked';
import { type ZipFile, zipBytes } from '../zipBytes';
import { filesIn } from './filesIn';

const data = new TextEncoder().encode('a file of some bytes, of some bytes, of some bytes');
const file = (fields: Partial<ZipFile> = {}): ZipFile => ({ name: 'a', data, ...fields });

describe('readDirectory', () => {
  it('lists files with their stored bytes', async () => {
    const [a, b] = await filesIn(zipBytes([file(), file({ name: 'b/ü', deflated: true })]));
    expect(a).toMatchObject({ name: 'a', isDeflated: false, size: data.length, stored: data });
    expect(b).toMatchObject({ name: 'b/ü', isDeflated: true, size: data.length });
    expect(b.stored.length).toBeLessThan(data.length);
  });

  it('reads sizes of 64 bits, a comment, and an empty archive', async () => {
    const [a] = await filesIn(zipBytes([file({ wide: true })], 'a comment'));
    expect(a).toMatchObject({ size: data.length, stored: data });
    expect(await filesIn(zipBytes([]))).toEqual([]);
  });

  it.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(), 'no zip archive'],
    ['text', data, 'no zip archive'],
    ['a truncated archive', zipBytes([file()]).subarray(0, -1), 'no zip archive'],
    ['a truncated start', zipBytes([file()]).subarray(3), 'directory of the archive is at'],
    ['an encrypted file', zipBytes([file({ flags: 1 })]), '"a" is encrypted'],
    ['another method', zipBytes([file({ method: 12 })]), 'method 12'],
    ['a stored file of another size', zipBytes([file({ size: 10 })]), 'claims 10 bytes'],
    ['a file beyond the end', zipBytes([file({ size: 999, packed: 999 })]), 'claims 999 bytes'],
    [
      'a size that deflate cannot reach',
      zipBytes([file({ deflated: true, size: 2 ** 31 })]),
      'claims 2147483648 bytes',
    ],
    [
      'a size over 2⁵³',
      zipBytes([file({ wide: true, size: 2 ** 60, packed: 2 ** 60 })]),
      'claims 1152921504606847000 bytes',
    ],
    ['a file nowhere', zipBytes([file({ offset: 2, size: 9, packed: 9 })]), 'no file at byte 2'],
    ['a file behind the end', zipBytes([file({ offset: 2 ** 31 })]), 'no file at byte 2147483648'],
    ['two files of one name', zipBytes([file(), file()]), '"a" appears twice'],
    ['two files of the same bytes', zipBytes([file(), file({ name: 'b', offset: 0 })]), 'overlaps'],
  ])('refuses %s', async (_, archive, message) => {
    await expect(filesIn(archive)).rejects.toThrow(InvalidInputError);
    await expect(filesIn(archive)).rejects.toThrow(message);
  });

  it('reads or refuses an archive with any bytes changed, and never fails otherwise', async () => {
    const archive = zipBytes([file(), file({ name: 'b', deflated: true, wide: true })], 'c');
    const change = fc.tuple(fc.nat(archive.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const changed = archive.slice();
        for (const [at, byte] of changes) changed[at] = byte;
        try {
          for (const { stored, size, isDeflated } of await filesIn(changed)) {
            expect(stored.length).toBeLessThanOrEqual(archive.length);
            expect(size).toBeLessThanOrEqual(isDeflated ? 1032 * stored.length : stored.length);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidInputError);
        }
      }),
      { numRuns: 2000, seed: 1 },
    );
  });
});

describe('assertUnpacked', () => {
  it('compares the size and the checksum', async () => {
    const [entry] = await filesIn(zipBytes([file()]));
    expect(() => assertUnpacked(entry, data)).not.toThrow();
    expect(() => assertUnpacked(entry, data.subarray(1))).toThrow('unpacks to 49 bytes');
    const other = data.map((byte, i) => (i === 3 ? byte ^ 1 : byte));
    expect(() => assertUnpacked(entry, other)).toThrow('checksum of "a" is wrong');
  });
});

describe('crc32', () => {
  it('is 0xCBF43926 for the digits 1 to 9, the check value of the algorithm', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array())).toBe(0);
  });

  it('goes on from the checksum of the bytes before, wherever they are divided', () => {
    const bytes = Uint8Array.from({ length: 20 }, (_, i) => (i * 57) % 251);
    let bitwise = 0xffffffff; // The definition, bit by bit.
    for (const byte of bytes) {
      bitwise ^= byte;
      for (let bit = 0; bit < 8; bit++) bitwise = (bitwise >>> 1) ^ (0xedb88320 * (bitwise & 1));
    }
    for (let k = 0; k <= 20; k++) {
      expect(crc32(bytes.subarray(k), crc32(bytes.subarray(0, k)))).toBe(~bitwise >>> 0);
    }
  });

  it.skipIf(crcOfNode === undefined)("is that of Node's zlib", () => {
    const bytes = Uint8Array.from({ length: 1000 }, (_, i) => (i * i) % 251);
    expect(crc32(bytes)).toBe(crcOfNode(bytes));
  });
});
