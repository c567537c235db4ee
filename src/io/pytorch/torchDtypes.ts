import type { StoredDtype } from '../storedDtype';

/** The stored types by the names of torch's storage classes. */
export const storageDtypes: Readonly<Record<string, StoredDtype>> = {
  DoubleStorage: 'F64',
  FloatStorage: 'F32',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  LongStorage: 'I64',
  IntStorage: 'I32',
  ShortStorage: 'I16',
  CharStorage: 'I8',
  ByteStorage: 'U8',
  BoolStorage: 'BOOL',
};

/** The class of storages that hold bytes of any type. */
export const UNTYPED_STORAGE = 'UntypedStorage';

/** The stored types by the names of torch's dtypes. */
export const torchDtypes: Readonly<Record<string, StoredDtype>> = {
  float64: 'F64',
  float32: 'F32',
  float16: 'F16',
  bfloat16: 'BF16',
  int64: 'I64',
  int32: 'I32',
  int16: 'I16',
  int8: 'I8',
  uint8: 'U8',
  bool: 'BOOL',
  uint16: 'U16',
  uint32: 'U32',
  uint64: 'U64',
  float8_e4m3fn: 'F8_E4M3',
  float8_e4m3fnuz: 'F8_E4M3FNUZ',
  float8_e5m2: 'F8_E5M2',
  float8_e5m2fnuz: 'F8_E5M2FNUZ',
  float8_e8m0fnu: 'F8_E8M0',
};

/** The name under which a table of this file has a stored type; undefined if PyTorch has none. */
export function torchName(
  table: Readonly<Record<string, StoredDtype>>,
  dtype: StoredDtype,
): string | undefined {
  return Object.keys(table).find((name) => table[name] === dtype);
}
