import { Tensor } from '@tensorflow/tfjs-core';
import { isRecord, kindOf } from '../checks';
import { invalid } from '../errors';
import type { Params } from '../params';
import { read } from '../runtime';
import { assertTensorName, checkMetadata } from './checkName';
import { encodeHeader } from './encodeHeader';
import { quoted } from './parseStrictJson';
import { placeInOrder } from './placeInOrder';
import type { StoredDtype } from './storedDtype';
import type { StoredTensor } from './storedTensor';

/** The layout of a safetensors file to write: `header`, then the bytes of each tensor. */
export interface SafetensorsLayout {
  /** The 8-byte length of the header, and the header. */
  header: Uint8Array<ArrayBuffer>;
  /** The number of bytes of data after the header. */
  dataBytes: number;
  /** The tensors in the order of their data. */
  tensors: readonly PlacedTensor[];
}

interface PlacedTensor extends StoredTensor {
  tensor: Tensor;
}

const WRITTEN = new Map<string, StoredDtype>([
  ['float32', 'F32'],
  ['int32', 'I32'],
  ['bool', 'BOOL'],
]);

/** The layout of a file with `params` and `metadata`. Throws if the format cannot hold them. */
export function layoutOf(params: Params, metadata: Record<string, string>): SafetensorsLayout {
  const checked = checkMetadata('metadata', metadata);
  const tensors = placeTensors(params);
  const header = encodeHeader(tensors, checked);
  return { header, dataBytes: tensors.at(-1)?.end ?? 0, tensors };
}

function placeTensors(params: Params): PlacedTensor[] {
  if (!isRecord(params)) {
    throw invalid(
      `params must be a record of tensors, received ${kindOf(params)}`,
      'Pass an object of tensors by name',
      { param: 'params' },
    );
  }
  const entries = Object.entries(params).map(([name, tensor]) => {
    return { name, tensor, dtype: writtenDtype(name, tensor), shape: tensor.shape };
  });
  return placeInOrder(entries);
}

function writtenDtype(name: string, tensor: Tensor): StoredDtype {
  assertTensorName(name);
  if (!(tensor instanceof Tensor)) {
    throw invalid(
      `params[${quoted(name)}] is not a tensor: it is ${kindOf(tensor)}`,
      'Pass a record of tensors',
      { param: name, received: tensor },
    );
  }
  if (tensor.isDisposed) {
    throw invalid(`tensor ${quoted(name)} is disposed`, 'Dispose it after it is written', {
      param: name,
    });
  }
  const dtype = WRITTEN.get(tensor.dtype);
  if (dtype) return dtype;
  const problem = `tensor ${quoted(name)} is of type ${tensor.dtype}, which the format lacks`;
  throw invalid(problem, 'Leave it out, or cast it to float32, int32 or bool', {
    param: name,
    received: tensor.dtype,
  });
}

/** The little-endian elements of `tensor`. They may be the memory of the tensor: do not change them. */
export async function tensorBytes(tensor: Tensor): Promise<Uint8Array> {
  const values = ofType(tensor.dtype, await read<'float32' | 'int32' | 'bool'>(tensor));
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** Values as an array of their type: on the CPU, an int32 tensor cast to float32 still has an Int32Array. */
function ofType(dtype: string, values: Float32Array | Int32Array | Uint8Array) {
  if (dtype === 'bool') return new Uint8Array(values).map((value) => (value ? 1 : 0));
  const TypedArray = dtype === 'int32' ? Int32Array : Float32Array;
  return values instanceof TypedArray ? values : new TypedArray(values);
}
