import { kindOf } from '../checks';
import { invalid } from '../errors';

/** Throws unless `list` is an array with an element. */
export function assertNotEmpty(what: string, list: unknown): void {
  if (!Array.isArray(list) || list.length === 0) {
    throw invalid(
      `${what} must be a list of one or more, received ${Array.isArray(list) ? 'an empty list' : kindOf(list)}`,
      'Pass at least one',
      { ...fieldOf(what), received: Array.isArray(list) ? list : kindOf(list) },
    );
  }
}

/** Throws unless `values` is a list of one or more finite numbers. */
export function assertFinite(what: string, values: readonly number[]): void {
  assertNotEmpty(what, values);
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) assertNumber(`${what}[${at}]`, values[at]);
}

/** Throws unless `value` is a finite number. */
export function assertNumber(what: string, value: number): void {
  if (!Number.isFinite(value)) {
    throw invalid(
      `${what} is ${String(value)}, not a finite number`,
      'Pass finite numbers; JSON turns NaN and infinities into null',
      { ...fieldOf(what), received: value },
    );
  }
}

/** Throws unless two lists have the same length ≥ 1. */
export function assertSameLength(
  [whatA, a]: readonly [string, readonly unknown[]],
  [whatB, b]: readonly [string, readonly unknown[]],
): void {
  assertNotEmpty(whatA, a);
  if (a.length !== b.length) {
    throw invalid(
      `${whatA} has length ${a.length}, ${whatB} ${b.length}`,
      'Pass lists of the same length',
      { ...fieldOf(whatA), received: a.length },
    );
  }
}

/** Throws unless a report is an object, not null or an array. */
export function assertReport(what: string, report: unknown): void {
  if (typeof report !== 'object' || report === null || Array.isArray(report)) {
    throw invalid(
      `${what} must be a report, received ${kindOf(report)}`,
      'Pass the report as its function returned it, or as parsed JSON',
      { ...fieldOf(what), received: kindOf(report) },
    );
  }
}

/** The `param` of an error: the path of a field. A phrase such as 'the report' has none. */
function fieldOf(what: string): { readonly param?: string } {
  return what.includes(' ') ? {} : { param: what };
}
