import { type DataType, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { decodeValues, type StoredDtype, tensorDtype } from './storedDtype';

/** The tensor whose little-endian elements are `data`, which becomes the tensor's own. */
export function decodeTensor(
  stored: { name: string; dtype: StoredDtype; shape: number[] },
  data: ArrayBuffer,
): Tensor {
  const values = decodeValues(stored, data);
  return tensor(values, stored.shape, tensorDtype(stored.dtype) as DataType);
}
