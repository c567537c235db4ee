import { decodeValues } from '../storedDtype';
import type { TfjsWeight } from './tfjsWeight';

/**
 * The elements of a weight, little-endian, with quantisation undone: q becomes q · scale + min, rounded to float32 or
 * to the nearest integer, and float16 becomes float32.
 *
 * @param bytes - The elements as they are stored, in an array of their own. It may be returned.
 */
export function dequantize(
  { name, dtype, quantization }: Pick<TfjsWeight, 'name' | 'dtype' | 'quantization'>,
  bytes: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  if (quantization === null) return bytes;
  if (quantization.dtype === 'float16') {
    return bytesOf(decodeValues({ name, dtype: 'F16' }, bytes.buffer));
  }
  const { scale, min } = quantization;
  const codes = quantization.dtype === 'uint8' ? bytes : new Uint16Array(bytes.buffer);
  const values = new (dtype === 'int32' ? Int32Array : Float32Array)(codes.length);
  for (let i = 0; i < codes.length; i++) {
    const value = codes[i] * scale + min;
    values[i] = dtype === 'int32' ? Math.round(value) : value;
  }
  return bytesOf(values);
}

function bytesOf({ buffer }: ArrayBufferView): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer as ArrayBuffer);
}
