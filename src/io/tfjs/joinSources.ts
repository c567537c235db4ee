import type { ByteSource } from '../zip/byteSource';

/** The bytes of several sources, one after another. */
export function joinSources(sources: readonly ByteSource[]): ByteSource {
  if (sources.length === 1) return sources[0];
  return {
    size: sources.reduce((sum, { size }) => sum + size, 0),
    async read(begin, end, yieldPoint) {
      const bytes = new Uint8Array(end - begin);
      let start = 0; // The place of a source in the whole.
      for (const { size, read } of sources) {
        const [from, to] = [Math.max(begin - start, 0), Math.min(end - start, size)];
        if (from < to) bytes.set(await read(from, to, yieldPoint), start + from - begin);
        start += size;
      }
      return bytes;
    },
  };
}
