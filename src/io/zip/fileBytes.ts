import { quoted } from '../parseStrictJson';
import { damaged } from './damaged';
import { SIGNATURES } from './signatures';

/** The bytes of a local header before the name of its file. */
export const LOCAL_HEADER_BYTES = 30;

/**
 * The place of a file's bytes, behind its local header.
 *
 * @param header - At least {@link LOCAL_HEADER_BYTES} bytes from `from` on, or fewer at the end of the archive.
 * @param total - The number of bytes of the archive.
 */
export function fileBytes(
  { name, from, packed }: { readonly name: string; readonly from: number; readonly packed: number },
  header: Uint8Array,
  total: number,
): { begin: number; end: number } {
  const view = new DataView(header.buffer, header.byteOffset, header.length);
  if (view.byteLength < LOCAL_HEADER_BYTES || view.getUint32(0, true) !== SIGNATURES.local) {
    throw damaged(`the archive has no file at byte ${from}, where ${quoted(name)} should be`);
  }
  const names = view.getUint16(26, true) + view.getUint16(28, true);
  const begin = from + LOCAL_HEADER_BYTES + names;
  if (begin + packed > total) {
    throw damaged(`${quoted(name)} claims ${packed} bytes at byte ${begin} of ${total}`, {
      received: packed,
    });
  }
  return { begin, end: begin + packed };
}

/** A file with the place of its local header and its bytes. */
interface Located {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** Throws if two files share bytes: a small archive could then unpack to any size. */
export function assertApart(files: readonly Located[], directory: number): void {
  const inOrder = [...files].sort((one, other) => one.from - other.from);
  for (const [i, { name, to }] of inOrder.entries()) {
    const next = inOrder[i + 1]?.from ?? directory;
    if (to > next) throw damaged(`${quoted(name)} overlaps what follows it`);
  }
}
