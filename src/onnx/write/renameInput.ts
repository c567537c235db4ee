import type { OnnxNode } from '../model/onnxModel';
import { BinaryReader } from '../wire/bufbuild';
import { type LengthRange, readFields, readRange } from '../wire/readMessage';
import type { Edit } from './spliceMessages';

/** The edit that gives inputs of a node that have one name another name. */
export function renameInput(
  file: Uint8Array,
  { around }: OnnxNode,
  from: string,
  to: string,
): Edit[] {
  const node = around.at(-1)!;
  const reader = new BinaryReader(file);
  reader.pos = node.begin;
  const found: LengthRange[] = [];
  readFields(reader, node.end, {
    1: (field) => {
      const range = readRange(field);
      const name = new TextDecoder().decode(file.subarray(range.begin, range.end));
      if (name === from) found.push(range);
    },
  });
  const bytes = new TextEncoder().encode(to);
  return found.map((range) => ({ ...range, bytes, around: [...around, range] }));
}
