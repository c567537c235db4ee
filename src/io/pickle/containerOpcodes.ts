import { line, uint8, uint32 } from './cursor';
import { damagedPickle } from './damagedPickle';
import { type Opcode, type PickleMachine, pop, popToMark, push, top } from './pickleMachine';
import { isKind, type PickleValue } from './pickleValue';

/** The opcodes for tuples, lists, sets and dictionaries, the stack and the memo. */
export const containerOpcodes: ReadonlyMap<string, Opcode> = new Map<string, Opcode>([
  ['(', ({ marks, stack }) => void marks.push(stack.length)],
  ['0', discard],
  ['1', (machine) => void popToMark(machine)],
  ['2', (machine) => push(machine, top(machine))],
  [')', (machine) => push(machine, [])],
  [']', (machine) => push(machine, [])],
  ['\x8f', (machine) => push(machine, [])],
  ['t', (machine) => push(machine, popToMark(machine))],
  ['l', (machine) => push(machine, popToMark(machine))],
  ['\x91', (machine) => push(machine, popToMark(machine))],
  ['\x85', (machine) => tuple(machine, 1)],
  ['\x86', (machine) => tuple(machine, 2)],
  ['\x87', (machine) => tuple(machine, 3)],
  ['}', (machine) => push(machine, { kind: 'dict', items: [] })],
  ['d', (machine) => push(machine, { kind: 'dict', items: inPairs(popToMark(machine)) })],
  ['a', (machine) => append(machine, [pop(machine)])],
  ['e', (machine) => append(machine, popToMark(machine))],
  ['\x90', (machine) => append(machine, popToMark(machine))],
  ['s', (machine) => setItems(machine, [pop(machine), pop(machine)].reverse())],
  ['u', (machine) => setItems(machine, inPairs(popToMark(machine)))],
  ['p', (machine) => keep(machine, Number(line(machine.cursor)))],
  ['q', (machine) => keep(machine, uint8(machine.cursor))],
  ['r', (machine) => keep(machine, uint32(machine.cursor))],
  ['\x94', (machine) => keep(machine, machine.memo.size)],
  ['g', (machine) => recall(machine, Number(line(machine.cursor)))],
  ['h', (machine) => recall(machine, uint8(machine.cursor))],
  ['j', (machine) => recall(machine, uint32(machine.cursor))],
]);

/** Takes a value, or a mark, from the stack. */
function discard(machine: PickleMachine): void {
  if (machine.marks.at(-1) === machine.stack.length) machine.marks.pop();
  else pop(machine);
}

function tuple(machine: PickleMachine, length: number): void {
  const values: PickleValue[] = [];
  for (let i = 0; i < length; i++) values.unshift(pop(machine));
  push(machine, values);
}

/** Adds values to a list. Those of other objects are left out: nothing reads them. */
function append(machine: PickleMachine, values: readonly PickleValue[]): void {
  const list = top(machine);
  if (!Array.isArray(list)) return;
  for (const value of values) list.push(value);
}

function setItems(machine: PickleMachine, items: readonly PickleValue[]): void {
  const dict = top(machine);
  if (!isKind(dict, 'dict') && !isKind(dict, 'object')) return;
  for (const item of items) dict.items.push(item);
}

function inPairs(items: PickleValue[]): PickleValue[] {
  if (items.length % 2 === 1) throw damagedPickle('a key has no value');
  return items;
}

function keep(machine: PickleMachine, index: number): void {
  machine.memo.set(index, top(machine));
}

function recall(machine: PickleMachine, index: number): void {
  const value = machine.memo.get(index);
  if (value === undefined) throw damagedPickle(`the value ${index} that it repeats is missing`);
  push(machine, value);
}
