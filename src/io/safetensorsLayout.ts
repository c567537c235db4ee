import { Tensor } from '@tensorflow/tfjs-core';
import { invalid } from '../errors';
import type { Params } from '../params';
import { read } from '../runtime';
import { checkMetadata, checkName } from './checkName';
import { encodeHeader } from './encodeHeader';
import { isJsonObject, quoted } from './parseStrictJson';
import { placeInOrder } from './placeInOrder';
import type { StoredDtype } from './storedDtype';
import type { StoredTensor } from './storedTensor';

/** A safetensors file that is to be written: `header`, then the bytes of each tensor in turn. */
export interface SafetensorsLayout {
  /** The length of the header, 8 bytes, and the header. */
  header: Uint8Array<ArrayBuffer>;
  /** The bytes of the data that follows. */
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

/** Where everything goes in a file that holds `params` and `metadata`, once both are checked. */
export function layoutOf(params: Params, metadata: Record<string, string>): SafetensorsLayout {
  const checked = checkMetadata('metadata', metadata);
  const tensors = placeTensors(params);
  const header = encodeHeader(tensors, checked);
  return { header, dataBytes: tensors.at(-1)?.end ?? 0, tensors };
}

function placeTensors(params: Params): PlacedTensor[] {
  if (!isJsonObject(params)) {
    throw invalid('params is not a record', 'Pass an object of tensors by name');
  }
  const entries = Object.entries(params).map(([name, tensor]) => {
    return { name, tensor, dtype: writtenDtype(name, tensor), shape: tensor.shape };
  });
  return placeInOrder(entries);
}

function writtenDtype(name: string, tensor: Tensor): StoredDtype {
  checkName('tensor', name);
  if (name === '__metadata__') {
    const problem = 'a tensor is named "__metadata__", which the format keeps for metadata';
    throw invalid(problem, 'Rename it, or pass text as metadata');
  }
  if (!(tensor instanceof Tensor)) {
    throw invalid(`params[${quoted(name)}] is not a tensor`, 'Pass a record of tensors');
  }
  if (tensor.isDisposed) {
    throw invalid(`tensor ${quoted(name)} is disposed`, 'Dispose it after it was written');
  }
  const dtype = WRITTEN.get(tensor.dtype);
  if (dtype) return dtype;
  const problem = `tensor ${quoted(name)} is of type ${tensor.dtype}, which the format lacks`;
  throw invalid(problem, 'Leave it out, or cast it to float32, int32 or bool');
}

/** The little-endian elements of `tensor`. They may be the tensor's own memory: do not change them. */
export async function tensorBytes(tensor: Tensor): Promise<Uint8Array> {
  const values = ofType(tensor.dtype, await read<'float32' | 'int32' | 'bool'>(tensor));
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** On the CPU, the values of an int32 tensor that was cast to float32 are still an Int32Array. */
function ofType(dtype: string, values: Float32Array | Int32Array | Uint8Array) {
  if (dtype === 'bool') return new Uint8Array(values).map((value) => (value ? 1 : 0));
  const TypedArray = dtype === 'int32' ? Int32Array : Float32Array;
  return values instanceof TypedArray ? values : new TypedArray(values);
}
