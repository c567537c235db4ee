import type { ByteSource } from '../../../src/io/zip/byteSource';

/** A source of bytes in memory. It throws for ranges that are not inside of them. */
export function sourceOf(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    async read(begin, end) {
      if (!(begin >= 0 && begin <= end && end <= bytes.length)) {
        throw new RangeError(`bytes ${begin} to ${end} of ${bytes.length} were read`);
      }
      return bytes.slice(begin, end) as Uint8Array<ArrayBuffer>;
    },
  };
}
