import { invalid } from '../errors';
import { quoted } from './parseStrictJson';

/**
 * How a type of the format is read. Data is little-endian, as is every machine that runs
 * TensorFlow.js, so typed arrays view it as it is, NaN payloads included.
 */
interface StoredType {
  bytes: number;
  decode: (data: ArrayBuffer, refuse: Refuse) => Float32Array | Int32Array | Uint8Array;
}

/** The error for an element that the tensor cannot hold. */
type Refuse = (index: number, value: number | bigint, rule: string) => Error;

const STORED_TYPES = {
  F64: { bytes: 8, decode: decodeF64 },
  F32: { bytes: 4, decode: (data) => new Float32Array(data) },
  F16: { bytes: 2, decode: decodeF16 },
  BF16: { bytes: 2, decode: decodeBF16 },
  I64: { bytes: 8, decode: decodeI64 },
  I32: { bytes: 4, decode: (data) => new Int32Array(data) },
  I16: { bytes: 2, decode: (data) => new Int32Array(new Int16Array(data)) },
  I8: { bytes: 1, decode: (data) => new Int32Array(new Int8Array(data)) },
  U64: { bytes: 8, decode: decodeU64 },
  U32: { bytes: 4, decode: decodeU32 },
  U16: { bytes: 2, decode: (data) => new Int32Array(new Uint16Array(data)) },
  U8: { bytes: 1, decode: (data) => new Int32Array(new Uint8Array(data)) },
  BOOL: { bytes: 1, decode: decodeBool },
} satisfies Record<string, StoredType>;

/** A type of the format that can be read. */
export type StoredDtype = keyof typeof STORED_TYPES;

/** Whether `dtype`, from a header, is a type that can be read. */
export function isStoredDtype(dtype: unknown): dtype is StoredDtype {
  return typeof dtype === 'string' && Object.hasOwn(STORED_TYPES, dtype);
}

/** The bytes of one element. */
export function storedBytes(dtype: StoredDtype): number {
  return STORED_TYPES[dtype].bytes;
}

/** The type of the tensor that a stored type becomes. */
export function tensorDtype(dtype: StoredDtype): 'float32' | 'int32' | 'bool' {
  if (dtype === 'BOOL') return 'bool';
  return /F/.test(dtype) ? 'float32' : 'int32';
}

/** The values of the tensor whose little-endian elements are `data`, which may become theirs. */
export function decodeValues(
  { name, dtype }: { name: string; dtype: StoredDtype },
  data: ArrayBuffer,
): Float32Array | Int32Array | Uint8Array {
  const { decode }: StoredType = STORED_TYPES[dtype];
  return decode(data, (index, value, rule) =>
    invalid(
      `tensor ${quoted(name)}, of ${dtype}, has the value ${value} at flat index ${index}, which ${rule}`,
      'Change the value, or the type of the tensor, where the file is written',
    ),
  );
}

const NOT_INT32 = 'does not fit in int32, the only integer type of TensorFlow.js';

function decodeF64(data: ArrayBuffer, refuse: Refuse): Float32Array {
  const source = new Float64Array(data);
  const values = new Float32Array(source);
  const overflow = values.findIndex((v, i) => Math.abs(v) === Infinity && v !== source[i]);
  if (overflow >= 0) throw refuse(overflow, source[overflow], 'overflows float32');
  return values;
}

/** Sign, 5 bits of exponent (bias 15), 10 of mantissa, widened to 8 bits (bias 127) and 23. */
function decodeF16(data: ArrayBuffer): Float32Array {
  const halves = new Uint16Array(data);
  const values = new Float32Array(halves.length);
  const bits = new Uint32Array(values.buffer);
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i];
    const sign = (half & 0x8000) << 16;
    const exponent = (half >> 10) & 0x1f;
    const mantissa = half & 0x3ff;
    if (exponent === 0) values[i] = (sign ? -mantissa : mantissa) * 2 ** -24;
    else bits[i] = sign | ((exponent === 31 ? 255 : exponent + 112) << 23) | (mantissa << 13);
  }
  return values;
}

/** A BF16 is the upper half of a float32. */
function decodeBF16(data: ArrayBuffer): Float32Array {
  const bits = new Uint32Array(new Uint16Array(data));
  for (let i = 0; i < bits.length; i++) bits[i] <<= 16;
  return new Float32Array(bits.buffer);
}

function decodeI64(data: ArrayBuffer, refuse: Refuse): Int32Array {
  return lowWords(data, (low, high, i) => {
    if (high !== low >> 31) throw refuse(i, new BigInt64Array(data)[i], NOT_INT32);
  });
}

function decodeU64(data: ArrayBuffer, refuse: Refuse): Int32Array {
  return lowWords(data, (low, high, i) => {
    if (high !== 0 || low < 0) throw refuse(i, new BigUint64Array(data)[i], NOT_INT32);
  });
}

/** The lower halves of 64-bit integers, each checked with its upper half. */
function lowWords(
  data: ArrayBuffer,
  check: (low: number, high: number, index: number) => void,
): Int32Array {
  const words = new Int32Array(data);
  const values = new Int32Array(words.length / 2);
  for (let i = 0; i < values.length; i++) {
    values[i] = words[2 * i];
    check(values[i], words[2 * i + 1], i);
  }
  return values;
}

function decodeU32(data: ArrayBuffer, refuse: Refuse): Int32Array {
  const values = new Int32Array(data);
  const overflow = values.findIndex((value) => value < 0);
  if (overflow >= 0) throw refuse(overflow, values[overflow] >>> 0, NOT_INT32);
  return values;
}

function decodeBool(data: ArrayBuffer, refuse: Refuse): Uint8Array {
  const values = new Uint8Array(data);
  const wrong = values.findIndex((value) => value > 1);
  if (wrong >= 0) throw refuse(wrong, values[wrong], 'is neither 0 nor 1');
  return values;
}
