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
  /** By the position of its length, each message with the messages around it and its growth. */
  const messages = new Map<number, GrownMessage>();
  for (const edit of edits) addGrowth(messages, edit);
  // Inner messages first: their lengths may take more bytes, which the outer ones contain.
  const inward = [...messages.values()].sort((x, y) => sizeOf(x.message) - sizeOf(y.message));
  const found: Edit[] = [];
  for (const { message, around, growth } of inward) {
    if (growth === 0) continue;
    const bytes = new BinaryWriter().uint32(sizeOf(message) + growth).finish();
    const outer = around.filter(({ begin }) => begin <= message.lengthBegin);
    const edit = { begin: message.lengthBegin, end: message.begin, bytes, around: outer };
    addGrowth(messages, edit);
    found.push(edit);
  }
  return found;
}

/** A message that holds edits. */
interface GrownMessage {
  readonly message: LengthRange;
  /** The messages around an edit in it: itself, those around it, and perhaps inner ones. */
  readonly around: readonly LengthRange[];
  growth: number;
}

function addGrowth(messages: Map<number, GrownMessage>, edit: Edit): void {
  for (const message of edit.around) {
    const known = messages.get(message.lengthBegin) ?? { message, around: edit.around, growth: 0 };
    known.growth += growthOf(edit);
    messages.set(message.lengthBegin, known);
  }
}

function sizeOf({ begin, end }: LengthRange): number {
  return end - begin;
}

function growthOf({ begin, end, bytes }: Edit): number {
  return bytes.length - (end - begin);
}
