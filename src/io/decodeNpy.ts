import { type DataType, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { invalid } from '../errors';
import { nestedOffsets, sizeOf } from '../params/internal';
import { npyHeader } from './npyHeader';
import { decodeValues, storedBits, tensorDtype } from './storedDtype';

/**
 * The tensor of an .npy file. The caller disposes it.
 *
 * @param name - The name of the array, for errors.
 * @param bytes - The whole file.
 */
export function decodeNpy(name: string, bytes: Uint8Array): Tensor {
  const { dtype, isBigEndian, fortranOrder, shape, dataStart } = npyHeader(bytes);
  const width = storedBits(dtype) / 8;
  const expected = sizeOf(shape) * width;
  const held = bytes.length - dataStart;
  if (expected !== held) {
    throw invalid(
      `an array [${shape}] of ${dtype} has ${expected} bytes, but the file holds ${held}`,
      'The file is damaged: save it again with numpy.savez',
      { received: held },
    );
  }
  const data = new Uint8Array(bytes.subarray(dataStart)); // Copied, so that every type is aligned.
  if (isBigEndian) swapBytes(data, width);
  const values = decodeValues({ name, dtype }, data.buffer);
  const inOrder = fortranOrder && values.length > 1 ? rowMajor(values, shape) : values;
  return tensor(inOrder, shape, tensorDtype(dtype) as DataType);
}

/** Reverses the bytes of every element. */
function swapBytes(data: Uint8Array, width: number): void {
  for (let at = 0; at < data.length; at += width) data.subarray(at, at + width).reverse();
}

/** Values in the order in which the last index changes fastest, from that of the first. */
function rowMajor<Values extends Float32Array | Int32Array | Uint8Array>(
  values: Values,
  shape: readonly number[],
): Values {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(0, axis)));
  const result = values.slice() as Values;
  nestedOffsets(shape, strides).forEach((from, to) => {
    result[to] = values[from];
  });
  return result;
}
