import { Tensor } from '@tensorflow/tfjs-core';
import { invalid } from '../errors';
import type { Params } from '../params/params';
import { read } from '../read';
import type { StoredTensor } from './safetensorsEntries';
import { MAX_HEADER_BYTES } from './safetensorsHeader';
import { checkMetadata, checkName } from './safetensorsNames';
import { type StoredDtype, storedBytes } from './safetensorsTypes';
import { isJsonObject, quoted } from './strictJson';

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
export function layoutOf(
  fn: string,
  params: Params,
  metadata: Record<string, string>,
): SafetensorsLayout {
  const checked = checkMetadata(fn, 'metadata', metadata);
  const tensors = placeTensors(fn, params);
  const header = encodeHeader(fn, tensors, checked);
  return { header, dataBytes: tensors.at(-1)?.end ?? 0, tensors };
}

/** Larger elements first, so that every tensor begins at a multiple of its element's size. */
function placeTensors(fn: string, params: Params): PlacedTensor[] {
  if (!isJsonObject(params)) {
    throw invalid(fn, 'params is not a record', 'Pass an object of tensors by name');
  }
  const entries = Object.entries(params).map(([name, tensor]) => {
    return { name, tensor, dtype: writtenDtype(fn, name, tensor), shape: tensor.shape };
  });
  entries.sort((a, b) => storedBytes(b.dtype) - storedBytes(a.dtype));
  let end = 0;
  return entries.map((entry) => {
    const begin = end;
    end += entry.tensor.size * storedBytes(entry.dtype);
    return { ...entry, begin, end };
  });
}

function writtenDtype(fn: string, name: string, tensor: Tensor): StoredDtype {
  checkName(fn, 'tensor', name);
  if (name === '__metadata__') {
    const problem = 'a tensor is named "__metadata__", which the format keeps for metadata';
    throw invalid(fn, problem, 'Rename it, or pass text as metadata');
  }
  if (!(tensor instanceof Tensor)) {
    throw invalid(fn, `params[${quoted(name)}] is not a tensor`, 'Pass a record of tensors');
  }
  if (tensor.isDisposed) {
    throw invalid(fn, `tensor ${quoted(name)} is disposed`, 'Dispose it after it was written');
  }
  const dtype = WRITTEN.get(tensor.dtype);
  if (dtype) return dtype;
  const problem = `tensor ${quoted(name)} is of type ${tensor.dtype}, which the format lacks`;
  throw invalid(fn, problem, 'Leave it out, or cast it to float32, int32 or bool');
}

/** The header with its length before it, padded with spaces so that the data is aligned to 8. */
function encodeHeader(
  fn: string,
  tensors: readonly StoredTensor[],
  metadata: Record<string, string>,
): Uint8Array<ArrayBuffer> {
  const entries: [string, unknown][] = tensors.map(({ name, dtype, shape, begin, end }) => {
    return [name, { dtype, shape, data_offsets: [begin, end] }];
  });
  if (Object.keys(metadata).length > 0) entries.unshift(['__metadata__', metadata]);
  // Joined by hand, as a record would move names like "7" to the front.
  const members = entries.map(
    ([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`,
  );
  const json = new TextEncoder().encode(`{${members.join(',')}}`);

  const length = Math.ceil(json.length / 8) * 8;
  if (length > MAX_HEADER_BYTES) {
    const problem = `the header would take ${length} bytes, over the limit of ${MAX_HEADER_BYTES}`;
    throw invalid(fn, problem, 'Shorten the metadata, or write several files');
  }
  const header = new Uint8Array(8 + length).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true);
  header.set(json, 8);
  return header;
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
