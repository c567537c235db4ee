import { type DataType, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { decodeValues, type StoredDtype, tensorDtype } from './storedDtype';

/**
 * A tensor of the stored type, made from its elements. The caller owns it.
 *
 * @param data - The elements, little-endian. The tensor may keep this memory.
 */
export function decodeTensor(
  stored: { name: string; dtype: StoredDtype; shape: readonly number[] },
  data: ArrayBuffer,
): Tensor {
  const values = decodeValues(stored, data);
  return tensor(values, [...stored.shape], tensorDtype(stored.dtype) as DataType);
}
