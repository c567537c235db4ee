import { elementType } from '../model/elementType';
import type { TensorRecord } from '../model/tensorRecord';
import { BinaryWriter } from '../wire/bufbuild';
import type { Edit } from './spliceMessages';

/**
 * The edits that give a tensor of the file other elements.
 *
 * @param elements - The little-endian elements, of the tensor's type and shape. The tensor is not external.
 */
export function tensorEdits(
  { type, storage, range, around }: TensorRecord,
  elements: Uint8Array,
): Edit[] {
  if (storage === null || storage.kind === 'external') return [];
  const messages = [...around, range];
  if (storage.kind === 'raw') return [{ ...storage.range, bytes: elements, around: messages }];
  let at = 0;
  const { bytes: size } = elementType(type);
  const isVarint = storage.field === 'int32_data';
  const lengths = isVarint ? varintCounts(elements, size, storage.pieces) : null;
  return storage.pieces.map((piece, i): Edit => {
    const length = lengths ? lengths[i] * size : piece.end - piece.begin;
    const own = elements.subarray(at, at + length);
    at += length;
    const inside = 'lengthBegin' in piece ? [...messages, piece] : messages;
    return {
      begin: piece.begin,
      end: piece.end,
      bytes: isVarint ? varints(own) : own,
      around: inside,
    };
  });
}

/** The number of elements in each piece: one that is not packed has one, and the packed ones share the rest. */
function varintCounts(
  elements: Uint8Array,
  size: number,
  pieces: readonly object[],
): readonly number[] {
  const packed = pieces.filter((piece) => 'lengthBegin' in piece).length;
  let rest = elements.length / size - (pieces.length - packed);
  let left = packed;
  return pieces.map((piece) => {
    if (!('lengthBegin' in piece)) return 1;
    left--;
    // The last packed piece takes what remains.
    const own = left === 0 ? rest : Math.min(rest, 1);
    rest -= own;
    return own;
  });
}

/** The bits of 16-bit floats as varints. */
function varints(elements: Uint8Array): Uint8Array {
  const writer = new BinaryWriter();
  for (const bits of new Uint16Array(elements.slice().buffer)) writer.uint32(bits);
  return writer.finish();
}
