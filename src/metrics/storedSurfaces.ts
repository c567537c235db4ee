import { isRecord, kindOf } from '../checks';
import { invalid } from '../errors';
import { greatest } from './greatest';
import { isReportField } from './reportField';

/** The form of a stored report: its grid, and how the other fields of a metric follow from the values. */
export interface StoredForm {
  /** The name of the field with the grid. */
  readonly field: string;
  /** The points of the grid. */
  readonly grid: readonly unknown[];
  readonly surfaceOf: (values: number[]) => Surface;
}

/** The fields of one metric. */
interface Surface {
  readonly values: readonly number[];
  readonly barrier: readonly number[];
  readonly max: number;
  readonly argmax: unknown;
}

/** The share of the greatest value by which a field may differ from what follows from the values. */
const ROUNDING = 1e-9;

const REMEDY = 'Pass the report as it was stored, or leave it out to have it measured again';

/**
 * A report that was stored, computed anew from its values.
 *
 * @param path - The place of the report, for errors.
 * @throws InvalidInputError if the grid is another, a value is not a finite number, or a field does not follow from
 * the values; the error gives the place in the report.
 */
export function storedSurfaces(path: string, stored: unknown, form: StoredForm): object {
  assertObjectAt(path, stored);
  assertSame(`${path}.${form.field}`, stored[form.field], form.grid, 0);
  const metrics = Object.keys(stored).filter((name) => !isReportField(name));
  if (metrics.length === 0) throw misfit(path, 'has no metric', stored);
  const surfaces = metrics.map((metric) => [
    metric,
    storedSurface(`${path}.${metric}`, stored[metric], form),
  ]);
  return { [form.field]: form.grid, ...Object.fromEntries(surfaces) };
}

/** One metric, computed anew from its values. */
function storedSurface(path: string, stored: unknown, { grid, surfaceOf }: StoredForm): Surface {
  assertObjectAt(path, stored);
  const values = numbersAt(`${path}.values`, stored.values, grid.length);
  const surface = surfaceOf(values);
  const { values: _, argmax: __, ...others } = surface;
  const rounding = ROUNDING * greatest(values.map(Math.abs));
  for (const [field, own] of Object.entries(others)) {
    assertSame(`${path}.${field}`, stored[field], own, rounding);
  }
  const isGreatest = surface.barrier.some(
    (height, at) => height >= surface.max - rounding && isSame(stored.argmax, grid[at], 0),
  );
  if (isGreatest) return surface;
  throw misfit(`${path}.argmax`, `is ${shown(stored.argmax)}, not the place of max`, stored.argmax);
}

function assertObjectAt(path: string, value: unknown): asserts value is Record<string, unknown> {
  if (isRecord(value)) return;
  throw misfit(path, `must be an object, received ${kindOf(value)}`, value);
}

/** The list of finite numbers at a place, copied. */
function numbersAt(path: string, list: unknown, length: number): number[] {
  if (!Array.isArray(list) || list.length !== length) {
    const received = Array.isArray(list) ? `${list.length} values` : kindOf(list);
    throw misfit(path, `must be a list of ${length} numbers, received ${received}`, received);
  }
  return Array.from(list, (value: unknown, at) => {
    if (Number.isFinite(value)) return value as number;
    throw misfit(`${path}[${at}]`, `must be a finite number, received ${shown(value)}`, value);
  });
}

/** Throws unless a stored number or list is the expected one within rounding, with the place of the first that is not. */
function assertSame(path: string, stored: unknown, expected: unknown, rounding: number): void {
  if (!Array.isArray(expected)) {
    if (isSame(stored, expected, rounding)) return;
    throw misfit(path, `is ${shown(stored)}, but should be ${expected}`, stored);
  }
  if (!Array.isArray(stored) || stored.length !== expected.length) {
    const received = Array.isArray(stored) ? `${stored.length}` : kindOf(stored);
    throw misfit(path, `must be a list of ${expected.length}, received ${received}`, received);
  }
  for (const [at, each] of expected.entries()) {
    assertSame(`${path}[${at}]`, stored[at], each, rounding);
  }
}

function isSame(stored: unknown, expected: unknown, rounding: number): boolean {
  if (!Array.isArray(expected)) {
    const difference = typeof stored === 'number' ? Math.abs(stored - (expected as number)) : NaN;
    return difference <= rounding;
  }
  return (
    Array.isArray(stored) &&
    stored.length === expected.length &&
    expected.every((each, at) => isSame(stored[at], each, rounding))
  );
}

/** A number itself, the kind of anything else: the text '1' would look like a number. */
function shown(value: unknown): string {
  return typeof value === 'number' ? String(value) : kindOf(value);
}

function misfit(path: string, problem: string, received: unknown) {
  return invalid(`${path} ${problem}`, REMEDY, { param: 'finished', received });
}
