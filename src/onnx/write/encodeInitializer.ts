import type { TensorRecord } from '../model/tensorRecord';
import { BinaryWriter, WireType } from '../wire/bufbuild';

/** The number of initializers in a graph. */
const INITIALIZER = 5;

/** A field of a graph: an initializer of this name, with the type and shape of a record. */
export function encodeInitializer(
  name: string,
  { type, shape }: TensorRecord,
  elements: Uint8Array,
): Uint8Array {
  const tensor = new BinaryWriter();
  for (const size of shape) tensor.tag(1, WireType.Varint).int64(size);
  tensor.tag(2, WireType.Varint).int32(type);
  tensor.tag(8, WireType.LengthDelimited).string(name);
  tensor.tag(9, WireType.LengthDelimited).bytes(elements);
  return new BinaryWriter()
    .tag(INITIALIZER, WireType.LengthDelimited)
    .bytes(tensor.finish())
    .finish();
}
