import { deflateRawSync } from 'node:zlib';
import { crc32 } from '../../src/io/crc32';

/** A file of a zip archive, with the fields that a test sets otherwise. */
export interface ZipFile {
  readonly name: string;
  readonly data: Uint8Array;
  readonly deflated?: boolean;
  readonly flags?: number;
  readonly method?: number;
  readonly size?: number;
  readonly packed?: number;
  readonly checksum?: number;
  readonly offset?: number;
  /** True to state sizes and offset in an extra field of 64 bits. */
  readonly wide?: boolean;
}

/** A zip archive of files, written field by field. */
export function zipBytes(files: readonly ZipFile[], comment = ''): Uint8Array<ArrayBuffer> {
  const parts: Buffer[] = [];
  const records: Buffer[] = [];
  for (const file of files) {
    const stored = file.deflated ? deflateRawSync(file.data) : Buffer.from(file.data);
    const { method = file.deflated ? 8 : 0, flags = 0, wide = false } = file;
    const { size = file.data.length, packed = stored.length } = file;
    const { checksum = crc32(file.data), offset = lengthOf(parts) } = file;
    const name = Buffer.from(file.name);
    const extra = wide ? bytes([2, 1], [2, 24], [8, size], [8, packed], [8, offset]) : bytes();
    const told = wide ? [2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1] : [size, packed, offset];
    const shared = [
      [2, flags],
      [2, method],
      [4, 0],
      [4, checksum],
      [4, told[1]],
      [4, told[0]],
    ] as const;
    const local = bytes([4, 0x04034b50], [2, 20], ...shared, [2, name.length], [2, 0]);
    parts.push(local, name, stored);
    records.push(
      bytes([4, 0x02014b50], [2, 20], [2, 20], ...shared, [2, name.length], [2, extra.length]),
      bytes([2, 0], [2, 0], [2, 0], [4, 0], [4, told[2]]),
      name,
      extra,
    );
  }
  const [begin, length] = [lengthOf(parts), lengthOf(records)];
  const count = files.length;
  const end = bytes(
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, count],
    [2, count],
    [4, length],
    [4, begin],
  );
  const last = [end, bytes([2, comment.length]), Buffer.from(comment)];
  return new Uint8Array(Buffer.concat([...parts, ...records, ...last]));
}

/** Numbers in little-endian order, each with its width in bytes. */
export function bytes(...fields: readonly (readonly [width: number, value: number])[]): Buffer {
  return Buffer.concat(
    fields.map(([width, value]) => {
      const field = Buffer.alloc(8);
      field.writeBigUInt64LE(BigInt(value));
      return field.subarray(0, width);
    }),
  );
}

function lengthOf(parts: readonly Buffer[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}
