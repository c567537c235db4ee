import { BinaryWriter } from '../wire/bufbuild';
import type { ByteRange, LengthRange } from '../wire/readMessage';

/** Bytes that take the place of a range of a file. */
export interface Edit extends ByteRange {
  readonly bytes: Uint8Array;
  /** The messages around the range, in any order. */
  readonly around: readonly LengthRange[];
}

/** The file with edits made. The lengths of the messages around them follow; all other bytes stay. */
export function spliceMessages(file: Uint8Array, edits: readonly Edit[]): Uint8Array {
  const all = [...edits, ...lengthEdits(edits)].sort((x, y) => x.begin - y.begin || x.end - y.end);
  const growth = all.reduce((sum, edit) => sum + growthOf(edit), 0);
  const result = new Uint8Array(file.length + growth);
  let [read, written] = [0, 0];
  for (const { begin, end, bytes } of all) {
    result.set(file.subarray(read, begin), written);
    written += begin - read;
    result.set(bytes, written);
    written += bytes.length;
    read = end;
  }
  result.set(file.subarray(read), written);
  return result;
}

/** The edits of the lengths of messages that grow or shrink. */
function lengthEdits(edits: readonly Edit[]): Edit[] {
  const messages = new Set(edits.flatMap(({ around }) => around));
  const unique = new Map([...messages].map((message) => [message.lengthBegin, message]));
  // Inner messages first: their lengths may take more bytes, which the outer ones contain.
  const inward = [...unique.values()].sort((x, y) => x.end - x.begin - (y.end - y.begin));
  const found: Edit[] = [];
  for (const { lengthBegin, begin, end } of inward) {
    const inside = [...edits, ...found].filter((edit) => edit.begin >= begin && edit.end <= end);
    const growth = inside.reduce((sum, edit) => sum + growthOf(edit), 0);
    if (growth === 0) continue;
    const bytes = new BinaryWriter().uint32(end - begin + growth).finish();
    found.push({ begin: lengthBegin, end: begin, bytes, around: [] });
  }
  return found;
}

function growthOf({ begin, end, bytes }: Edit): number {
  return bytes.length - (end - begin);
}
