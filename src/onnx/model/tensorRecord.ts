import { WireType } from '../wire/bufbuild';
import {
  type ByteRange,
  type Field,
  type LengthRange,
  malformed,
  readInteger,
  readIntegers,
  readMessage,
  readRange,
  readText,
} from '../wire/readMessage';

/** A tensor of a file: its name, type, shape, and where its values are. */
export interface TensorRecord {
  readonly name: string;
  /** The number in `TensorProto.DataType`. */
  readonly type: number;
  readonly shape: readonly number[];
  /** The place of the values; null if the file has none. */
  readonly storage: TensorStorage | null;
  /** The bytes of the whole message. */
  readonly range: LengthRange;
  /** The messages around it, the outermost first. */
  readonly around: readonly LengthRange[];
}

/** The place of a tensor's values. */
export type TensorStorage =
  /** The bytes of `raw_data`: little-endian, row-major. */
  | { readonly kind: 'raw'; readonly range: ByteRange }
  /** The pieces of a typed field: packed fields, which begin with their lengths, and single elements. */
  | {
      readonly kind: 'typed';
      readonly field: TypedField;
      readonly pieces: readonly (ByteRange | LengthRange)[];
    }
  /** Another file. */
  | {
      readonly kind: 'external';
      readonly location: string;
      readonly offset: number;
      /** The number of bytes; null if the file does not give it. */
      readonly length: number | null;
    };

/** The fields that hold values by type. Integers are varints; floats and doubles have 4 and 8 bytes. */
export type TypedField = 'float_data' | 'int32_data' | 'int64_data' | 'double_data' | 'uint64_data';

const typedFields: Readonly<Record<number, TypedField>> = {
  4: 'float_data',
  5: 'int32_data',
  7: 'int64_data',
  10: 'double_data',
  11: 'uint64_data',
};

/** Reads a `TensorProto`. Values stay where they are. */
export function readTensor(field: Field): TensorRecord {
  let name = '';
  let type = 0;
  const shape: number[] = [];
  let raw: ByteRange | null = null;
  const typed = new Map<TypedField, ByteRange[]>();
  const external = new Map<string, string>();
  let isExternal = false;
  let refused = '';
  const readTyped = (number: number) => (each: Field) => {
    const key = typedFields[number];
    const pieces = typed.get(key) ?? [];
    typed.set(key, pieces);
    pieces.push(readPiece(each, number));
  };
  const range = readMessage(field, {
    1: (each) => readIntegers(each, shape),
    2: (each) => {
      type = readInteger(each);
    },
    3: (each) => {
      readRange(each);
      refused = 'it is a segment of a larger tensor';
    },
    ...Object.fromEntries(
      Object.keys(typedFields).map((number) => [number, readTyped(Number(number))]),
    ),
    6: (each) => {
      readRange(each);
    },
    8: (each) => {
      name = readText(each);
    },
    9: (each) => {
      raw = readRange(each);
    },
    13: (each) => {
      const [key, value] = readEntry(each);
      external.set(key, value);
    },
    14: (each) => {
      isExternal = readInteger(each) === 1;
    },
  });
  if (refused) throw malformed(`tensor '${name}' cannot be read: ${refused}`);
  if (shape.some((size) => !Number.isSafeInteger(size) || size < 0)) {
    throw malformed(`tensor '${name}' has shape [${shape}]`);
  }
  const storage = isExternal ? externalStorage(name, external) : ownStorage(raw, typed);
  return { name, type, shape, storage, range, around: field.around };
}

/** Reads a pair of a key and a value. */
export function readEntry(field: Field): [string, string] {
  let [key, value] = ['', ''];
  readMessage(field, {
    1: (each) => {
      key = readText(each);
    },
    2: (each) => {
      value = readText(each);
    },
  });
  return [key, value];
}

/** Passes over a repeated field of numbers: a packed one, or one of its elements. */
export function readPiece(field: Field, number: number): ByteRange | LengthRange {
  if (field.wireType === WireType.LengthDelimited) return readRange(field);
  const begin = field.reader.pos;
  field.reader.skip(field.wireType, number);
  return { begin, end: field.reader.pos };
}

function ownStorage(
  raw: ByteRange | null,
  typed: ReadonlyMap<TypedField, readonly ByteRange[]>,
): TensorStorage | null {
  if (raw) return { kind: 'raw', range: raw };
  const [first] = typed;
  return first ? { kind: 'typed', field: first[0], pieces: first[1] } : null;
}

function externalStorage(name: string, entries: ReadonlyMap<string, string>): TensorStorage {
  const location = entries.get('location');
  const offset = wholeNumber(entries.get('offset') ?? '0');
  const length = entries.has('length') ? wholeNumber(entries.get('length')!) : null;
  if (!location || offset === undefined || length === undefined) {
    throw malformed(
      `tensor '${name}' has external data with location '${location ?? ''}', offset '${entries.get('offset') ?? 0}' and length '${entries.get('length') ?? ''}'`,
    );
  }
  return { kind: 'external', location, offset, length };
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
