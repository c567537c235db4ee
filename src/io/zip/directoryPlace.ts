import { damaged } from './damaged';
import { SIGNATURES } from './signatures';

/** The place of the directory in an archive. */
export interface DirectoryPlace {
  readonly begin: number;
  readonly end: number;
  /** The number of its records. */
  readonly count: number;
}

/** The most bytes at the end of an archive that {@link directoryPlace} needs: both end records and a comment. */
export const TAIL_BYTES = 56 + 20 + 22 + 0xffff;

/**
 * The place of the directory, from the records at the end of the archive.
 *
 * @param tail - The last bytes of the archive, {@link TAIL_BYTES} or all of them.
 * @param base - The offset of the tail in the archive.
 */
export function directoryPlace(tail: Uint8Array, base: number): DirectoryPlace {
  const view = new DataView(tail.buffer, tail.byteOffset, tail.length);
  const at = endRecord(view);
  const [count, size, begin] = fieldsAt64(view, at, base) ?? [
    view.getUint16(at + 10, true),
    view.getUint32(at + 12, true),
    view.getUint32(at + 16, true),
  ];
  if (begin + size > base + at) {
    throw damaged(
      `the directory of the archive is at bytes ${begin} to ${begin + size} of ${base + tail.length}`,
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
  throw damaged('the file is no zip archive, or is truncated: it lacks its directory');
}

/** The number of files, the size and the offset of the directory of a large archive (zip64); null for others. */
function fieldsAt64(view: DataView, end: number, base: number): [number, number, number] | null {
  const locator = end - 20;
  if (locator < 0 || view.getUint32(locator, true) !== SIGNATURES.locator64) return null;
  const at = wide(view, locator + 8) - base;
  if (at < 0 || at + 56 > locator || view.getUint32(at, true) !== SIGNATURES.end64) {
    throw damaged('the archive lacks the end record of its large directory');
  }
  return [wide(view, at + 32), wide(view, at + 40), wide(view, at + 48)];
}

/** An unsigned integer of 64 bits. One over 2⁵³ is rounded, and beyond every file. */
function wide(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}
