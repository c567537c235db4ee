import { invalid } from '../../errors';
import { decodeValues } from '../../io/internal';
import { type HostArray, hostArray, smallInt } from '../values/hostArray';
import { elementType } from './elementType';
import type { TensorRecord } from './tensorRecord';
import { storedBytes, type TensorSource } from './tensorSource';
import { weightDtype } from './weightDtype';

/** The values of a tensor of a file, on the host. */
export function hostValues(source: TensorSource, record: TensorRecord): HostArray {
  const { name, kind } = elementType(record.type);
  if (kind === 'other') {
    throw invalid(
      `tensor '${record.name}' has elements of type ${name}, which the graph cannot be run with`,
      'Export the model with float weights',
      { param: record.name },
    );
  }
  const bytes = storedBytes(source, record);
  if (kind === 'float') return hostArray('float32', record.shape, floatValues(record, bytes));
  const values = integerValues(name, aligned(bytes));
  const array = hostArray(kind === 'bool' ? 'bool' : 'int32', record.shape, values);
  const small = smallInt(name);
  return small ? { ...array, smallInt: small } : array;
}

/** The values of a weight, from its stored bytes. The caller may keep them. */
export function floatValues(record: TensorRecord, bytes: Uint8Array): Float32Array {
  const named = { name: record.name, dtype: weightDtype(record.type)! };
  return decodeValues(named, aligned(bytes)) as Float32Array;
}

/** A copy of bytes with memory of its own. The `slice` of a Buffer of Node would not copy. */
function aligned(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

function integerValues(type: string, data: ArrayBuffer): ArrayLike<number> {
  switch (type) {
    case 'int64':
      return Array.from(new BigInt64Array(data), Number);
    case 'uint64':
      return Array.from(new BigUint64Array(data), Number);
    case 'int32':
      return new Int32Array(data);
    case 'uint32':
      return new Uint32Array(data);
    case 'int16':
      return new Int16Array(data);
    case 'uint16':
      return new Uint16Array(data);
    case 'int8':
      return new Int8Array(data);
    default:
      return new Uint8Array(data);
  }
}
