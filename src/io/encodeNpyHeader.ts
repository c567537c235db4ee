import { invalid } from '../errors';
import { quoted } from './parseStrictJson';
import type { StoredDtype } from './storedDtype';

/** NumPy's names of types. `|` is the byte order of elements of one byte. */
const DESCRIPTIONS: Readonly<Partial<Record<StoredDtype, string>>> = {
  ...{ F64: '<f8', F32: '<f4', F16: '<f2', BOOL: '|b1', C64: '<c8' },
  ...{ I64: '<i8', I32: '<i4', I16: '<i2', I8: '|i1' },
  ...{ U64: '<u8', U32: '<u4', U16: '<u2', U8: '|u1' },
};

/** The bytes at whose multiples the values of a file begin. */
const ALIGNMENT = 64;

/**
 * The header of an .npy file, version 1, of elements that are little-endian, the last index changing fastest.
 *
 * @throws InvalidInputError if NumPy has no such type.
 */
export function encodeNpyHeader(tensor: {
  readonly name: string;
  readonly dtype: StoredDtype;
  readonly shape: readonly number[];
}): Uint8Array<ArrayBuffer> {
  const { shape } = tensor;
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${descriptionOf(tensor)}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const length = Math.ceil((10 + text.length + 1) / ALIGNMENT) * ALIGNMENT;
  const header = new Uint8Array(length).fill(0x20);
  header.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]); // the magic string and the version
  new DataView(header.buffer).setUint16(8, length - 10, true);
  header.set(new TextEncoder().encode(text), 10);
  header[length - 1] = 0x0a;
  return header;
}

function descriptionOf({ name, dtype }: { name: string; dtype: StoredDtype }): string {
  const description = DESCRIPTIONS[dtype];
  if (description !== undefined) return description;
  throw invalid(
    `tensor ${quoted(name)} is ${dtype}, a type that NumPy does not have`,
    "Name an output that ends in '.safetensors'",
    { param: name, received: dtype },
  );
}
