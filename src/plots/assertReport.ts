import { kindOf } from '../checks';
import { invalid } from '../errors';

/** Throws unless the list has an element. */
export function assertNotEmpty(what: string, list: unknown): void {
  if (!Array.isArray(list) || list.length === 0) {
    throw invalid(
      `${what} must be a list of one or more, received ${Array.isArray(list) ? 'none' : kindOf(list)}`,
      'There is nothing to draw without',
    );
  }
}

/** Throws unless all are finite numbers. */
export function assertFinite(what: string, values: readonly number[]): void {
  assertNotEmpty(what, values);
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) assertNumber(`${what}[${at}]`, values[at]);
}

/** Throws unless it is a finite number. */
export function assertNumber(what: string, value: number): void {
  if (!Number.isFinite(value)) {
    throw invalid(
      `${what} is ${String(value)}, which has no place on an axis`,
      'Pass finite numbers (JSON turns others into null)',
    );
  }
}

/** Throws unless two lists that belong together have the same length. */
export function assertSameLength(
  [whatA, a]: readonly [string, readonly unknown[]],
  [whatB, b]: readonly [string, readonly unknown[]],
): void {
  assertNotEmpty(whatA, a);
  if (a.length !== b.length) {
    throw invalid(
      `${whatA} has length ${a.length}, ${whatB} ${b.length}`,
      'Pass one for each of the other',
    );
  }
}

/** Throws unless a report is an object, rather than nothing or a list. */
export function assertReport(what: string, report: unknown): void {
  if (typeof report !== 'object' || report === null || Array.isArray(report)) {
    throw invalid(`${what} must be a report, received ${kindOf(report)}`, 'Pass plain data');
  }
}
