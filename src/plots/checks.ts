import { invalid } from '../errors';

/** Throws unless the list has an element. */
export function assertNotEmpty(fn: string, what: string, list: unknown): void {
  if (!Array.isArray(list) || list.length === 0) {
    throw invalid(
      fn,
      `${what} must be a list of one or more, received ${Array.isArray(list) ? 'none' : kindOf(list)}`,
      'There is nothing to draw without',
    );
  }
}

/** Throws unless all are finite numbers. */
export function assertFinite(fn: string, what: string, values: readonly number[]): void {
  assertNotEmpty(fn, what, values);
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) assertNumber(fn, `${what}[${at}]`, values[at]);
}

/** Throws unless it is a finite number. */
export function assertNumber(fn: string, what: string, value: number): void {
  if (!Number.isFinite(value)) {
    throw invalid(
      fn,
      `${what} is ${String(value)}, which has no place on an axis`,
      'Pass finite numbers (JSON turns others into null)',
    );
  }
}

/** Throws unless two lists that belong together have the same length. */
export function assertSameLength(
  fn: string,
  [whatA, a]: readonly [string, readonly unknown[]],
  [whatB, b]: readonly [string, readonly unknown[]],
): void {
  assertNotEmpty(fn, whatA, a);
  if (a.length !== b.length) {
    throw invalid(
      fn,
      `${whatA} has length ${a.length}, ${whatB} ${b.length}`,
      'Pass one for each of the other',
    );
  }
}

/** Throws unless the choice is one of those there are. */
export function assertChoice(
  fn: string,
  what: string,
  choice: string,
  choices: readonly string[],
): void {
  if (!choices.includes(choice)) {
    throw invalid(
      fn,
      `${what} must be one of '${choices.join("', '")}', received ${String(choice)}`,
      'Leave it out for the default',
    );
  }
}

/** Throws unless a report is an object, rather than nothing or a list. */
export function assertReport(fn: string, what: string, report: unknown): void {
  if (typeof report !== 'object' || report === null || Array.isArray(report)) {
    throw invalid(fn, `${what} must be a report, received ${kindOf(report)}`, 'Pass plain data');
  }
}

/** What to call a value in an error. */
function kindOf(value: unknown): string {
  return value === null ? 'null' : (value?.constructor?.name ?? typeof value);
}
