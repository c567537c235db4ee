import { invalid } from '../../errors';
import type { Cursor } from './cursor';
import { damagedPickle } from './damagedPickle';
import type { PersistentId, PickleValue } from './pickleValue';

/** The state of reading a pickle: a machine with a stack. */
export interface PickleMachine {
  readonly cursor: Cursor;
  readonly stack: PickleValue[];
  /** The heights of the stack at its marks. */
  readonly marks: number[];
  readonly memo: Map<number, PickleValue>;
  /** The references to data outside of the pickle, in order. */
  readonly references: PersistentId[];
  /** The number of values so far. */
  count: number;
}

/** An instruction of a pickle, which reads its own argument. */
export type Opcode = (machine: PickleMachine) => void;

/** The most values of one pickle. A value takes some 100 bytes of memory, and as little as one in the file. */
const MOST_VALUES = 1e7;

/** Puts a value on the stack. */
export function push(machine: PickleMachine, value: PickleValue): void {
  if (++machine.count > MOST_VALUES) {
    throw invalid(
      `the pickle has more than ${MOST_VALUES} values`,
      'Save the state dict alone: torch.save(model.state_dict(), "model.pt")',
      { received: machine.count },
    );
  }
  machine.stack.push(value);
}

/** Takes the last value from the stack. */
export function pop({ stack, marks }: PickleMachine): PickleValue {
  if (stack.length <= (marks.at(-1) ?? 0)) throw damagedPickle('a value is missing');
  return stack.pop()!;
}

/** The last value on the stack, which stays there. */
export function top({ stack, marks }: PickleMachine): PickleValue {
  if (stack.length <= (marks.at(-1) ?? 0)) throw damagedPickle('a value is missing');
  return stack[stack.length - 1];
}

/** Takes all values behind the last mark from the stack, and the mark. */
export function popToMark({ stack, marks }: PickleMachine): PickleValue[] {
  const mark = marks.pop();
  if (mark === undefined) throw damagedPickle('a mark is missing');
  const values = stack.slice(mark); // One array of its own length; splice would keep the capacity.
  stack.length = mark;
  return values;
}
