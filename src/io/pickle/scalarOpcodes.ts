import {
  asNumber,
  bytesAt,
  type Cursor,
  decimal,
  line,
  lineBytes,
  skip,
  text,
  uint8,
  uint16,
  uint32,
  uint64,
} from './cursor';
import { damagedPickle } from './damagedPickle';
import { type Opcode, push } from './pickleMachine';
import type { PickleValue } from './pickleValue';

/** The opcodes for None, numbers, text and bytes. */
export const scalarOpcodes: ReadonlyMap<string, Opcode> = new Map<string, Opcode>([
  ['N', pushes(() => null)],
  ['\x88', pushes(() => true)],
  ['\x89', pushes(() => false)],
  ['K', pushes(uint8)],
  ['M', pushes(uint16)],
  ['J', pushes((cursor) => cursor.view.getInt32(skip(cursor, 4), true))],
  ['I', pushes((cursor) => integerOrBoolean(line(cursor)))],
  ['L', pushes((cursor) => decimal(line(cursor).replace(/L$/, '')))],
  ['\x8a', pushes((cursor) => long(cursor, uint8(cursor)))],
  ['\x8b', pushes((cursor) => long(cursor, uint32(cursor)))],
  ['G', pushes((cursor) => cursor.view.getFloat64(skip(cursor, 8)))], // big-endian
  ['F', pushes((cursor) => Number.parseFloat(line(cursor)))],
  ['X', pushes((cursor) => text(cursor, uint32(cursor)))],
  ['\x8c', pushes((cursor) => text(cursor, uint8(cursor)))],
  ['\x8d', pushes((cursor) => text(cursor, uint64(cursor)))],
  ['T', pushes((cursor) => text(cursor, uint32(cursor)))], // Text of Python 2.
  ['U', pushes((cursor) => text(cursor, uint8(cursor)))],
  ['S', pushes((cursor) => line(cursor).slice(1, -1))],
  ['V', pushes((cursor) => unescaped(lineBytes(cursor)))],
  ['B', pushes((cursor) => bytes(cursor, uint32(cursor)))],
  ['C', pushes((cursor) => bytes(cursor, uint8(cursor)))],
  ['\x8e', pushes((cursor) => bytes(cursor, uint64(cursor)))],
  ['\x96', pushes((cursor) => bytes(cursor, uint64(cursor)))],
]);

/** The opcode that puts what it reads on the stack. */
function pushes(read: (cursor: Cursor) => PickleValue): Opcode {
  return (machine) => push(machine, read(machine.cursor));
}

function integerOrBoolean(written: string): PickleValue {
  return written === '00' || written === '01' ? written === '01' : decimal(written);
}

/** The most bytes of an integer. Those in checkpoints have 10 at most. */
const MOST_INTEGER_BYTES = 1024;

/** An integer of `length` bytes in two's complement. */
function long(cursor: Cursor, length: number): number | bigint {
  if (length > MOST_INTEGER_BYTES) {
    throw damagedPickle(`an integer has ${length} bytes, more than ${MOST_INTEGER_BYTES}`);
  }
  const own = bytesAt(cursor, skip(cursor, length), length);
  const digits = Array.from(own, (byte) => byte.toString(16).padStart(2, '0')).reverse();
  return asNumber(BigInt.asIntN(8 * length, BigInt(`0x0${digits.join('')}`)));
}

/** Bytes in the memory of the pickle. */
function bytes(cursor: Cursor, length: number): Uint8Array {
  return bytesAt(cursor, skip(cursor, length), length);
}

/** Text of protocol 0: Latin-1, in which `\u` and `\U` escape other characters. */
function unescaped(written: Uint8Array): string {
  const latin1 = Array.from(written, (byte) => String.fromCharCode(byte)).join('');
  return latin1.replace(/\\u([\da-f]{4})|\\U(000[\da-f]{5}|0010[\da-f]{4})/g, (_, short, long) =>
    String.fromCodePoint(Number.parseInt(short ?? long, 16)),
  );
}
