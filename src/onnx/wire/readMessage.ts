import { invalid } from '../../errors';
import { type BinaryReader, WireType } from './bufbuild';

/** A field of a message, at the reader's position. */
export interface Field {
  readonly reader: BinaryReader;
  readonly wireType: WireType;
  /** The offset of the field's tag in the file, in bytes. */
  readonly start: number;
  /** The messages around the field, the outermost first. */
  readonly around: readonly LengthRange[];
}

/** The readers of a message's fields by their numbers. Other fields are skipped. */
export type FieldReaders = Readonly<Record<number, (field: Field) => void>>;

/** A range of bytes of a file. */
export interface ByteRange {
  readonly begin: number;
  /** The offset behind the last byte. */
  readonly end: number;
}

/** The bytes of a field that begins with its length. */
export interface LengthRange extends ByteRange {
  /** The offset of the length. It ends where the bytes begin. */
  readonly lengthBegin: number;
}

/** The most messages inside each other. ONNX needs about seven for each nested graph. */
const DEEPEST = 200;

/** Reads the fields of a message that ends at `end`. */
export function readFields(
  reader: BinaryReader,
  end: number,
  readers: FieldReaders,
  around: readonly LengthRange[] = [],
): void {
  if (around.length > DEEPEST)
    throw malformed(`more than ${DEEPEST} messages are inside each other`);
  while (reader.pos < end) {
    const start = reader.pos;
    const [number, wireType] = reader.tag();
    const read = readers[number];
    if (read) read({ reader, wireType, start, around });
    else reader.skip(wireType, number);
    if (reader.pos > end) throw malformed(`field ${number} ends behind its message`);
  }
}

/** Reads a message inside a field. Returns its range. */
export function readMessage(field: Field, readers: FieldReaders): LengthRange {
  const range = readRange(field);
  field.reader.pos = range.begin;
  readFields(field.reader, range.end, readers, [...field.around, range]);
  return range;
}

/** Passes over the bytes of a field. Returns their range. */
export function readRange({ reader, wireType }: Field): LengthRange {
  assertType(wireType, WireType.LengthDelimited);
  const lengthBegin = reader.pos;
  const length = reader.uint32();
  const range = { lengthBegin, begin: reader.pos, end: reader.pos + length };
  if (range.end > reader.len) throw malformed('the file is cut short');
  reader.pos = range.end;
  return range;
}

/** Reads a field of text. */
export function readText({ reader, wireType }: Field): string {
  assertType(wireType, WireType.LengthDelimited);
  return reader.string();
}

/** Reads an integer. Beyond ±2⁵³ it is rounded. */
export function readInteger({ reader, wireType }: Field): number {
  assertType(wireType, WireType.Varint);
  return Number(reader.int64());
}

/** Reads a float32. */
export function readFloat({ reader, wireType }: Field): number {
  assertType(wireType, WireType.Bit32);
  return reader.float();
}

/** Reads one integer of a repeated field, or all of a packed one. */
export function readIntegers(field: Field, into: number[]): void {
  if (field.wireType !== WireType.LengthDelimited) {
    into.push(readInteger(field));
    return;
  }
  const { begin, end } = readRange(field);
  const { reader } = field;
  reader.pos = begin;
  while (reader.pos < end) into.push(Number(reader.int64()));
  if (reader.pos > end) throw malformed('a list of integers ends behind its field');
}

/** Reads one float of a repeated field, or all of a packed one. */
export function readFloats(field: Field, into: number[]): void {
  if (field.wireType !== WireType.LengthDelimited) {
    into.push(readFloat(field));
    return;
  }
  const { begin, end } = readRange(field);
  if ((end - begin) % 4 !== 0) throw malformed('a list of floats is not of whole floats');
  field.reader.pos = begin;
  while (field.reader.pos < end) into.push(field.reader.float());
}

function assertType(received: WireType, expected: WireType): void {
  if (received !== expected) {
    throw malformed(`a field has wire type ${received} instead of ${expected}`);
  }
}

/** The error for bytes that break the wire format. */
export function malformed(reason: string, cause?: unknown) {
  return invalid(
    `the bytes are not an ONNX model: ${reason}`,
    'Pass the bytes of a whole .onnx file',
    { param: 'bytes', cause },
  );
}
