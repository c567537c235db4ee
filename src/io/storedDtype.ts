import { invalid } from '../errors';
import { type Float8Dtype, float8Values } from './float8Values';
import { quoted } from './parseStrictJson';

/**
 * A type whose values are read. Data is little-endian, like every machine that runs TensorFlow.js, so
 * typed arrays view it without conversion, NaN payloads included.
 */
interface ReadType {
  /** The size of one element. */
  bits: number;
  decode: (data: ArrayBuffer, refuse: Refuse) => Float32Array | Int32Array | Uint8Array;
}

/** Makes the error for an element that the tensor cannot hold. */
type Refuse = (index: number, value: number | bigint, rule: string) => Error;

const READ_TYPES = {
  F64: { bits: 64, decode: decodeF64 },
  F32: { bits: 32, decode: (data) => new Float32Array(data) },
  F16: { bits: 16, decode: decodeF16 },
  BF16: { bits: 16, decode: decodeBF16 },
  F8_E4M3: { bits: 8, decode: decodeF8('F8_E4M3') },
  F8_E4M3FNUZ: { bits: 8, decode: decodeF8('F8_E4M3FNUZ') },
  F8_E5M2: { bits: 8, decode: decodeF8('F8_E5M2') },
  F8_E5M2FNUZ: { bits: 8, decode: decodeF8('F8_E5M2FNUZ') },
  F8_E8M0: { bits: 8, decode: decodeF8('F8_E8M0') },
  I64: { bits: 64, decode: decodeI64 },
  I32: { bits: 32, decode: (data) => new Int32Array(data) },
  I16: { bits: 16, decode: (data) => new Int32Array(new Int16Array(data)) },
  I8: { bits: 8, decode: (data) => new Int32Array(new Int8Array(data)) },
  U64: { bits: 64, decode: decodeU64 },
  U32: { bits: 32, decode: decodeU32 },
  U16: { bits: 16, decode: (data) => new Int32Array(new Uint16Array(data)) },
  U8: { bits: 8, decode: (data) => new Int32Array(new Uint8Array(data)) },
  BOOL: { bits: 8, decode: decodeBool },
} satisfies Record<string, ReadType>;

/**
 * The types whose values are not read, with their bits. C64 holds no real numbers. Elements below
 * 8 bits share bytes, and the format does not define their order in a byte.
 */
const UNREAD_TYPES = { C64: 64, F6_E2M3: 6, F6_E3M2: 6, F4: 4 };

const BITS = { ...bitsOf(READ_TYPES), ...UNREAD_TYPES };

function bitsOf<Name extends string>(types: Record<Name, { bits: number }>): Record<Name, number> {
  const entries = Object.entries<{ bits: number }>(types);
  return Object.fromEntries(entries.map(([name, { bits }]) => [name, bits])) as Record<
    Name,
    number
  >;
}

/** A data type of the format. */
export type StoredDtype = keyof typeof BITS;

/** True if `dtype`, from a header, is a data type of the format. */
export function isStoredDtype(dtype: unknown): dtype is StoredDtype {
  return typeof dtype === 'string' && Object.hasOwn(BITS, dtype);
}

/** The data types of the format. */
export const STORED_DTYPES = Object.keys(BITS);

/** The size of one element in bits. */
export function storedBits(dtype: StoredDtype): number {
  return BITS[dtype];
}

/** Throws if a tensor has a type whose values are not read. */
export function assertReadable({ name, dtype }: Named): void {
  if (!isUnread(dtype)) return;
  throw invalid(
    `tensor ${quoted(name)} has dtype ${quoted(dtype)}, which cannot be read as numbers: ${reason(dtype)}`,
    'Save it as F32, F16, BF16, F64, an 8-bit float, an integer type or BOOL',
    { param: name, received: dtype },
  );
}

function reason(dtype: UnreadDtype): string {
  if (dtype === 'C64') return 'weights are real numbers';
  return 'the format does not define the order of elements that share a byte';
}

interface Named {
  readonly name: string;
  readonly dtype: StoredDtype;
}

/** The tensor type for a stored type; the stored type itself if its values are not read. */
export function tensorDtype(dtype: StoredDtype): TensorDtype | UnreadDtype {
  if (isUnread(dtype)) return dtype;
  if (dtype === 'BOOL') return 'bool';
  return /F/.test(dtype) ? 'float32' : 'int32';
}

type TensorDtype = 'float32' | 'int32' | 'bool';

/** A type whose elements can be moved, but whose values are not read. */
type UnreadDtype = Exclude<StoredDtype, keyof typeof READ_TYPES>;

function isUnread(dtype: StoredDtype): dtype is UnreadDtype {
  return !Object.hasOwn(READ_TYPES, dtype);
}

/** The values of a tensor, from its little-endian elements. They may share the memory of `data`. */
export function decodeValues(
  { name, dtype }: Named,
  data: ArrayBuffer,
): Float32Array | Int32Array | Uint8Array {
  assertReadable({ name, dtype });
  const { decode } = READ_TYPES[dtype as keyof typeof READ_TYPES];
  return decode(data, (index, value, rule) =>
    invalid(
      `tensor ${quoted(name)}, of ${dtype}, has the value ${value} at flat index ${index}, which ${rule}`,
      'Change the value or the type of the tensor, and save the file again',
      { param: name, received: value },
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

/** Widens the exponent from 5 bits (bias 15) to 8 (bias 127), and the mantissa from 10 bits to 23. */
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

function decodeF8(dtype: Float8Dtype): ReadType['decode'] {
  const values = float8Values(dtype);
  return (data) => {
    const elements = new Uint8Array(data);
    const decoded = new Float32Array(elements.length);
    for (let i = 0; i < elements.length; i++) decoded[i] = values[elements[i]];
    return decoded;
  };
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

/** The low halves of 64-bit integers, each checked against its high half. */
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
