import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import { decodeValues, type StoredDtype, tensorDtype } from './storedDtype';

/** The tensor whose little-endian elements are `data`, which becomes the tensor's own. */
export function decodeTensor(
  fn: string,
  stored: { name: string; dtype: StoredDtype; shape: number[] },
  data: ArrayBuffer,
): Tensor {
  return tensor(decodeValues(fn, stored, data), stored.shape, tensorDtype(stored.dtype));
}
