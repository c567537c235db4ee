import type { TensorProto } from 'onnx-buf';
import { types } from './modelBytes';

/** The elements of a tensor's message as numbers. Integers above 2⁵³ are rounded. */
export function tensorNumbers(tensor: TensorProto): number[] {
  const { rawData, floatData, doubleData, int32Data, int64Data, uint64Data, dataType } = tensor;
  if (rawData.length > 0) return rawNumbers(rawData, dataType);
  if (dataType === types.float16) return int32Data.map(halfFloat);
  const lists = [floatData, doubleData, int32Data, int64Data, uint64Data];
  return Array.from(lists.find(({ length }) => length > 0) ?? [], Number);
}

function rawNumbers(bytes: Uint8Array, type: number): number[] {
  const { buffer } = Uint8Array.from(bytes);
  switch (type) {
    case types.float:
      return [...new Float32Array(buffer)];
    case types.double:
      return [...new Float64Array(buffer)];
    case types.float16:
      return Array.from(new Uint16Array(buffer), halfFloat);
    case types.int64:
      return Array.from(new BigInt64Array(buffer), Number);
    case types.uint64:
      return Array.from(new BigUint64Array(buffer), Number);
    case types.int32:
      return [...new Int32Array(buffer)];
    case types.uint32:
      return [...new Uint32Array(buffer)];
    case types.int16:
      return [...new Int16Array(buffer)];
    case types.uint16:
      return [...new Uint16Array(buffer)];
    case types.int8:
      return [...new Int8Array(buffer)];
    case types.uint8:
    case types.bool:
      return [...new Uint8Array(buffer)];
    default:
      throw new Error(`elements of type ${type} are not read`);
  }
}

/** The value of a 16-bit float by its bits. */
function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
