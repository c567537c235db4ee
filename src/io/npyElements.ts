import { nestedOffsets, sizeOf } from '../params/internal';
import type { NpyHeader } from './npyHeader';
import { storedBits } from './storedDtype';

const ARRAYS = { 8: Uint8Array, 16: Uint16Array, 32: Uint32Array, 64: BigUint64Array } as const;

/**
 * The elements of an .npy file, little-endian, the last index changing fastest. They keep their bits.
 *
 * @param data - The bytes behind the header. They may be changed, or be the memory of the result.
 */
export function npyElements(
  { dtype, isBigEndian, fortranOrder, shape }: NpyHeader,
  data: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  const bits = storedBits(dtype) as keyof typeof ARRAYS;
  if (isBigEndian) swapBytes(data, bits / 8);
  if (!fortranOrder || sizeOf(shape) < 2) return data;
  const source = new ARRAYS[bits](data.buffer, data.byteOffset, (data.length * 8) / bits);
  return new Uint8Array(rowMajor(source, shape).buffer as ArrayBuffer);
}

/** Reverses the bytes of every element. */
function swapBytes(data: Uint8Array, width: number): void {
  for (let at = 0; at < data.length; at += width) data.subarray(at, at + width).reverse();
}

/** Elements in the order in which the last index changes fastest, from that of the first. */
function rowMajor<Elements extends Uint8Array | Uint16Array | Uint32Array | BigUint64Array>(
  elements: Elements,
  shape: readonly number[],
): Elements {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(0, axis)));
  const result = elements.slice() as Elements;
  nestedOffsets(shape, strides).forEach((from, to) => {
    result[to] = elements[from];
  });
  return result;
}
