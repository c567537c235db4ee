import { invalid } from '../errors';
import { quoted } from './parseStrictJson';
import type { StoredDtype } from './storedDtype';

/** The header of an .npy file, the format of one NumPy array. */
export interface NpyHeader {
  readonly dtype: StoredDtype;
  readonly isBigEndian: boolean;
  /** True if the first index changes fastest. */
  readonly fortranOrder: boolean;
  readonly shape: number[];
  /** The offset of the values, in bytes. */
  readonly dataStart: number;
}

const DAMAGED = 'The file is damaged: save it again with numpy.savez';
/** The most bytes of a header, more than NumPy reads of one by default. */
const MOST_BYTES = 2 ** 16;
const MAGIC = '\x93NUMPY';

/** NumPy's types: the kind and the number of bytes. */
const DTYPES: Readonly<Record<string, StoredDtype>> = {
  ...{ b1: 'BOOL', f2: 'F16', f4: 'F32', f8: 'F64' },
  ...{ i1: 'I8', i2: 'I16', i4: 'I32', i8: 'I64' },
  ...{ u1: 'U8', u2: 'U16', u4: 'U32', u8: 'U64' },
};

/**
 * Parses the header of an .npy file, of the versions 1, 2 and 3. Nothing in it is evaluated.
 *
 * @param bytes - The file, or its beginning.
 * @throws InvalidInputError if the header breaks a rule of the format, or the array holds no numbers.
 */
export function npyHeader(bytes: Uint8Array): NpyHeader {
  const { text, dataStart } = headerText(bytes);
  const { descr, fortran_order: order, shape } = fieldsOf(text);
  return { ...typeOf(descr), fortranOrder: order === 'True', shape: shapeOf(shape), dataStart };
}

/** The text of the header, between the length before it and the values. */
function headerText(bytes: Uint8Array): { text: string; dataStart: number } {
  if (bytes.length < 10 || String.fromCharCode(...bytes.subarray(0, 6)) !== MAGIC) {
    throw invalid('this is not an .npy file: it lacks the magic string', DAMAGED);
  }
  const version = bytes[6];
  if (version < 1 || version > 3) {
    throw invalid(`the .npy file is of version ${version}`, 'Save it as version 1, 2 or 3', {
      received: version,
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const lengthBytes = version === 1 ? 2 : 4;
  const start = 8 + lengthBytes;
  const length =
    version === 1
      ? view.getUint16(8, true)
      : bytes.length < 12
        ? MOST_BYTES
        : view.getUint32(8, true);
  if (length > MOST_BYTES) {
    throw invalid(
      `the header of the .npy file has ${length} bytes, more than ${MOST_BYTES}`,
      'Save plain arrays of numbers, without fields and objects',
      { received: length },
    );
  }
  if (start + length > bytes.length) {
    throw invalid(
      `the .npy file is truncated within its header: it has ${bytes.length} bytes`,
      DAMAGED,
      { received: bytes.length },
    );
  }
  const header = bytes.subarray(start, start + length);
  return { text: new TextDecoder().decode(new Uint8Array(header)), dataStart: start + length };
}

/** A field of the dictionary: a name, and a string, a truth value or a tuple of integers. */
const FIELD = /\s*'(\w+)'\s*:\s*(?:'([^'\\]*)'|(True|False)|\(([\d,\s]*)\))\s*(,|(?=\}))/y;

/** The three fields of the dictionary, as they are written. */
function fieldsOf(text: string): { descr: string; fortran_order: string; shape: string } {
  const fields: Record<string, string> = {};
  let at = text.startsWith('{') ? 1 : text.length;
  for (;;) {
    FIELD.lastIndex = at;
    const match = FIELD.exec(text);
    if (match === null) break;
    const [, name, word, truth, tuple] = match;
    if (Object.hasOwn(fields, name)) break;
    fields[name] = word ?? truth ?? tuple;
    at = FIELD.lastIndex;
  }
  const { descr, fortran_order, shape } = fields;
  const isWhole = /^\s*\}\s*$/.test(text.slice(at)) && Object.keys(fields).length === 3;
  if (isWhole && descr !== undefined && /^(True|False)$/.test(fortran_order) && isTuple(shape)) {
    return { descr, fortran_order, shape };
  }
  throw invalid(
    `the header of the .npy file is not understood: ${quoted(text.trim())}`,
    'Save plain arrays of numbers, without fields and objects',
    { received: text },
  );
}

/** True for the inside of a tuple of integers: `` `3,` `3, 4` `3, 4,`. */
function isTuple(text: string | undefined): boolean {
  return text !== undefined && /^\s*(\d+\s*(,\s*\d+\s*)*(,\s*)?)?$/.test(text);
}

function typeOf(descr: string): { dtype: StoredDtype; isBigEndian: boolean } {
  const [, order, type] = /^([<>|=]?)(\w+)$/.exec(descr) ?? [];
  if (type !== undefined && Object.hasOwn(DTYPES, type)) {
    return { dtype: DTYPES[type], isBigEndian: order === '>' };
  }
  throw invalid(
    `the array has NumPy's type ${quoted(descr)}${kindOfType(descr)}`,
    'Convert it to float32, or class labels to int32',
    { received: descr },
  );
}

/** The kind of a type that is not read, for messages. bfloat16 and float8 of JAX are saved as raw bytes. */
function kindOfType(descr: string): string {
  if (/^.?V[12]$/.test(descr)) {
    return ', raw bytes: a file of NumPy does not tell that they are bfloat16 or float8';
  }
  return /^.?[OUSaV]/.test(descr) ? ', which holds no numbers' : '';
}

function shapeOf(tuple: string): number[] {
  return tuple
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number);
}
