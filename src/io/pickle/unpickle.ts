import { invalid } from '../../errors';
import { containerOpcodes } from './containerOpcodes';
import { cursorAt, skip, uint8 } from './cursor';
import { damagedPickle } from './damagedPickle';
import { objectOpcodes } from './objectOpcodes';
import { type Opcode, type PickleMachine, pop } from './pickleMachine';
import type { PersistentId, PickleValue } from './pickleValue';
import { scalarOpcodes } from './scalarOpcodes';

/** A value of Python that is read. */
export interface Unpickled {
  readonly value: PickleValue;
  /** Its references to data outside of the pickle, in order. */
  readonly references: readonly PersistentId[];
  /** The offset behind the pickle. */
  readonly end: number;
}

/**
 * Reads a pickle of protocol 0 to 5. Nothing is executed, and no name is looked up: functions, classes and
 * instances become inert records.
 *
 * @param bytes - Bytes with the pickle.
 * @param begin - Its offset.
 * @throws CutShortError if the pickle goes on behind the bytes. InvalidInputError if it is damaged or has more values
 * than memory should hold.
 */
export function unpickle(bytes: Uint8Array, begin = 0): Unpickled {
  const cursor = cursorAt(bytes, begin);
  const references: PersistentId[] = [];
  const own = { stack: [], marks: [], memo: new Map<number, PickleValue>(), references, count: 0 };
  const machine: PickleMachine = { cursor, ...own };
  for (;;) {
    const code = uint8(cursor);
    if (code === STOP) return { value: pop(machine), references, end: cursor.at };
    const opcode = OPCODES[code] ?? refused(code, cursor.at - 1);
    opcode(machine);
  }
}

const STOP = 0x2e;

/** The opcodes of the protocol itself. */
const framing: readonly (readonly [string, Opcode])[] = [
  ['\x80', ({ cursor }) => assertProtocol(uint8(cursor))],
  ['\x95', ({ cursor }) => void skip(cursor, 8)],
];

/** The opcodes by their codes. */
const OPCODES: readonly (Opcode | undefined)[] = tableOf([
  ...framing,
  ...scalarOpcodes,
  ...containerOpcodes,
  ...objectOpcodes,
]);

function tableOf(entries: readonly (readonly [string, Opcode])[]): (Opcode | undefined)[] {
  const table = new Array<Opcode | undefined>(256);
  for (const [code, opcode] of entries) table[code.charCodeAt(0)] = opcode;
  return table;
}

function assertProtocol(protocol: number): void {
  if (protocol <= 5) return;
  throw invalid(
    `the pickle has protocol ${protocol}; those from 0 to 5 are read`,
    'Save the file again with pickle_protocol=2, the default of torch.save',
    { received: protocol },
  );
}

function refused(code: number, at: number): never {
  throw damagedPickle(
    `byte ${at} is 0x${code.toString(16).padStart(2, '0')}, no instruction that is read`,
  );
}
