import { line } from './cursor';
import { damagedPickle } from './damagedPickle';
import { type Opcode, type PickleMachine, pop, popToMark, push, top } from './pickleMachine';
import { isKind, type PickleGlobal, type PickleObject, type PickleValue } from './pickleValue';

/** The opcodes for globals and objects. They make records of names and arguments. */
export const objectOpcodes: ReadonlyMap<string, Opcode> = new Map<string, Opcode>([
  ['c', (machine) => push(machine, globalInLines(machine))],
  ['\x93', stackGlobal],
  ['R', (machine) => call(machine, false)],
  ['\x81', (machine) => call(machine, true)],
  ['\x92', instanceWithNames],
  ['i', instanceOfLines],
  ['o', instanceOfMark],
  ['b', build],
  ['P', (machine) => refer(machine, line(machine.cursor))],
  ['Q', (machine) => refer(machine, pop(machine))],
]);

function globalInLines({ cursor }: PickleMachine): PickleGlobal {
  return { kind: 'global', module: line(cursor), name: line(cursor) };
}

function stackGlobal(machine: PickleMachine): void {
  const [name, module] = [pop(machine), pop(machine)];
  if (typeof name !== 'string' || typeof module !== 'string') {
    throw damagedPickle('the name of a global is no text');
  }
  push(machine, { kind: 'global', module, name });
}

function call(machine: PickleMachine, isInstance: boolean): void {
  const args = pop(machine);
  push(machine, objectOf(pop(machine), args, isInstance));
}

/** An instance whose class takes arguments by name, which are left out. */
function instanceWithNames(machine: PickleMachine): void {
  pop(machine);
  call(machine, true);
}

function instanceOfLines(machine: PickleMachine): void {
  const callee = globalInLines(machine);
  push(machine, objectOf(callee, popToMark(machine), true));
}

function instanceOfMark(machine: PickleMachine): void {
  const [callee, ...args] = popToMark(machine);
  if (callee === undefined) throw damagedPickle('an object has no class');
  push(machine, objectOf(callee, args, true));
}

function refer(machine: PickleMachine, id: PickleValue): void {
  const reference = { kind: 'persistent', id } as const;
  machine.references.push(reference);
  push(machine, reference);
}

/** Gives an object its state. That of other values is left out: nothing reads it. */
function build(machine: PickleMachine): void {
  const state = pop(machine);
  const object = top(machine);
  if (isKind(object, 'object')) object.state = state;
}

function objectOf(callee: PickleValue, args: PickleValue, isInstance: boolean): PickleObject {
  return { kind: 'object', callee, args, isInstance, items: [], state: null };
}
