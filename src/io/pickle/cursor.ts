import { InvalidInputError } from '../../errors';
import { damagedPickle } from './damagedPickle';

/** Thrown if a pickle goes on behind the bytes that are given. */
export class CutShortError extends InvalidInputError {}

/** A place in bytes that are read one value after another. */
export interface Cursor {
  readonly view: DataView;
  at: number;
}

/** A cursor at an offset of bytes. */
export function cursorAt(bytes: Uint8Array, at: number): Cursor {
  return { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), at };
}

/** The offset of the next `length` bytes. The cursor moves behind them. */
export function skip(cursor: Cursor, length: number): number {
  const { at, view } = cursor;
  if (length > view.byteLength - at) {
    throw new CutShortError(
      `the pickle is cut short: ${length} bytes are wanted at byte ${at} of ${view.byteLength}`,
      'The file is damaged: download it or save it again',
      { received: view.byteLength },
    );
  }
  cursor.at += length;
  return at;
}

/** The next byte. */
export function uint8(cursor: Cursor): number {
  return cursor.view.getUint8(skip(cursor, 1));
}

/** The next two bytes as an unsigned integer. */
export function uint16(cursor: Cursor): number {
  return cursor.view.getUint16(skip(cursor, 2), true);
}

/** The next four bytes as an unsigned integer. */
export function uint32(cursor: Cursor): number {
  return cursor.view.getUint32(skip(cursor, 4), true);
}

/** The next eight bytes as an unsigned integer, rounded beyond 2⁵³. */
export function uint64(cursor: Cursor): number {
  return Number(cursor.view.getBigUint64(skip(cursor, 8), true));
}

/** The next `length` bytes, in the same memory. */
export function bytesAt({ view }: Cursor, at: number, length: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + at, length);
}

/** The next `length` bytes as text in UTF-8. */
export function text(cursor: Cursor, length: number): string {
  const bytes = bytesAt(cursor, skip(cursor, length), length);
  return UTF8.decode(bytes);
}

const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** The next line of text, without its end. */
export function line(cursor: Cursor): string {
  return UTF8.decode(lineBytes(cursor));
}

/** The bytes of the next line, without its end. */
export function lineBytes(cursor: Cursor): Uint8Array {
  const rest = bytesAt(cursor, cursor.at, cursor.view.byteLength - cursor.at);
  const length = rest.indexOf(0x0a);
  skip(cursor, length < 0 ? rest.length + 1 : length + 1);
  return rest.subarray(0, length);
}

/** The integer that a line of text writes. */
export function decimal(written: string): number | bigint {
  if (!/^-?\d{1,1000}$/.test(written))
    throw damagedPickle(`"${written.slice(0, 40)}" is no integer`);
  return asNumber(BigInt(written));
}

/** An integer as a number if it is exact. */
export function asNumber(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
