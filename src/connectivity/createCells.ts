import { kindOf } from '../checks';
import { invalid } from '../errors';
import type { BarrierProgress, BarrierReport, SimplexReport } from '../metrics';
import { isReportField } from '../metrics/internal';
import { isPermutation } from '../permutation';
import { type Progress, unlessAborted, type WorkControl } from '../runtime';
import type { PlainPermutations } from './reports';

/** The value of a cell, by its kind. */
export interface CellValues {
  /** Permutations that a matcher found or that the caller passed. */
  readonly permutations: PlainPermutations;
  /** The barrier between two networks. */
  readonly barrier: BarrierReport;
  /** The barrier on a simplex. */
  readonly simplex: SimplexReport;
}

/** One finished part of a report on connectivity: plain data, to be stored and passed to a resumed report. */
export type ConnectivityCell = {
  readonly [Kind in keyof CellValues]: {
    /** The kind of the value. */
    readonly kind: Kind;
    /** The settings of the report that made it. A report with other settings refuses it. */
    readonly settings: CellSettings;
    /** The permutations, or the barriers measured. */
    readonly value: CellValues[Kind];
  };
}[keyof CellValues];

/** Settings by name, such as the number of points. */
export type CellSettings = Readonly<Record<string, string | number>>;

/** Progress of a report on connectivity, after each cell and each point of one. */
export interface ConnectivityProgress extends Progress {
  /** Cells finished so far, including those passed as `finished`. */
  readonly done: number;
  /** Cells of the report. */
  readonly total: number;
  /** The key of the cell that was finished or is being measured. */
  readonly key: string;
  /** The points of the cell that is being measured; null when a cell was finished. */
  readonly points: BarrierProgress | null;
}

/** A cell that a report may contain. */
export interface CellPlan {
  readonly kind: keyof CellValues;
  readonly settings: CellSettings;
  /** True if the report computes it. Other cells of the plan may only be passed as finished. */
  readonly needed: boolean;
}

/** Finished cells, callbacks, and the metric that every measured cell must have. */
export interface CellKeeping extends WorkControl {
  readonly metric: string;
  readonly finished: Readonly<Record<string, ConnectivityCell>>;
  readonly onCell: ((key: string, cell: ConnectivityCell) => void | Promise<void>) | undefined;
  readonly onProgress: ((progress: ConnectivityProgress) => void) | undefined;
}

/** Returns the value of the finished cell under `key`, or makes it with `make` and stores it. */
export type CellOf = <Kind extends keyof CellValues>(
  kind: Kind,
  key: string,
  make: (onPoint: (points: BarrierProgress) => void) => Promise<CellValues[Kind]>,
) => Promise<CellValues[Kind]>;

/** The key of a cell: its parts, percent-encoded and joined by `/`, so that different parts give different keys. */
export function cellKey(...parts: readonly (string | number)[]): string {
  return parts.map((part) => encodeURIComponent(part)).join('/');
}

/**
 * Creates the cells of a report. Each new value makes a round trip through JSON, so that a report resumed
 * from a file equals an uninterrupted one.
 *
 * @throws InvalidInputError if a finished cell is not in the plan, or was made with other settings.
 */
export function createCells(
  plan: ReadonlyMap<string, CellPlan>,
  { metric, finished, onCell, signal, onProgress, yieldPoint }: CellKeeping,
): CellOf {
  assertFinished(plan, finished);
  const cells = new Map(Object.entries(plainCopy(finished)));
  const agree = metricsAgree(metric);
  for (const [key, cell] of cells) agree(key, cell);
  const needed = [...plan.keys()].filter((key) => plan.get(key)!.needed);
  const total = needed.length;
  let done = needed.filter((key) => cells.has(key)).length;
  return async (kind, key, make) => {
    const known = cells.get(key);
    if (known) return known.value as CellValues[typeof kind];
    await yieldPoint();
    const value = await make((points) => onProgress?.({ done, total, key, points }));
    const { settings } = plan.get(key)!;
    const cell = plainCopy({ kind, settings, value }) as ConnectivityCell;
    agree(key, cell);
    cells.set(key, cell);
    done++;
    await unlessAborted(onCell?.(key, cell), signal);
    onProgress?.({ done, total, key, points: null });
    return cell.value as CellValues[typeof kind];
  };
}

/** A copy made by a round trip through JSON. */
function plainCopy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** The names of the metrics of a barrier or a surface. */
export function metricNames(report: BarrierReport | SimplexReport): string[] {
  return Object.keys(report).filter((name) => !isReportField(name));
}

/** Returns a check that throws unless a measured cell has the given metric, and the metrics of the first one. */
function metricsAgree(metric: string) {
  let before: { readonly key: string; readonly metrics: string } | null = null;
  return (key: string, { kind, value }: ConnectivityCell): void => {
    if (kind === 'permutations') return;
    const names = metricNames(value);
    const metrics = names.join();
    if (!names.includes(metric)) {
      throw invalid(
        `cell '${key}' has the metrics [${metrics}], without the '${metric}' asked for`,
        'Pass the name of one of them as metric, or leave the cell out of finished',
        { param: 'metric', received: metric },
      );
    }
    before ??= { key, metrics };
    if (metrics === before.metrics) return;
    throw invalid(
      `cell '${key}' has the metrics [${metrics}], but '${before.key}' has [${before.metrics}]`,
      'Resume with the evaluate that measured the finished cells',
      { param: 'evaluate', received: names },
    );
  };
}

/** Throws unless every finished cell is valid, in the plan, and made with the same settings. */
function assertFinished(
  plan: ReadonlyMap<string, CellPlan>,
  finished: Readonly<Record<string, ConnectivityCell>>,
): void {
  for (const [key, cell] of Object.entries(finished)) {
    const expected = plan.get(key);
    if (!expected) {
      throw invalid(
        `finished has a cell '${key}', which is not part of this report`,
        'Resume with the same names and steps, or leave the cell out',
        { param: 'finished', received: key },
      );
    }
    if (cell?.kind !== expected.kind || !isSound(cell)) {
      throw invalid(
        `finished['${key}'] is not a valid cell of the kind '${expected.kind}'`,
        'Pass each cell as onCell received it',
        { param: 'finished', received: cell?.kind ?? kindOf(cell) },
      );
    }
    for (const [setting, value] of Object.entries(expected.settings)) {
      if (cell.settings?.[setting] === value) continue;
      throw invalid(
        `finished['${key}'] was made with ${setting} = ${cell.settings?.[setting]}, but this report has ${setting} = ${value}`,
        'Resume with the same settings, or leave the cell out',
        { param: setting, received: value },
      );
    }
  }
}

/** True if a finished cell holds a valid value of its kind. */
function isSound({ kind, value }: ConnectivityCell): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (kind === 'permutations') {
    return Object.values(value).every((units) => Array.isArray(units) && isPermutation(units));
  }
  const points = kind === 'barrier' ? value.alphas : value.weights;
  const curves = metricNames(value).map((name) => value[name]);
  return (
    Array.isArray(points) &&
    curves.every((curve) => Number.isFinite(curve?.max) && curve.values?.length === points.length)
  );
}
