import { invalid } from '../errors';
import type { BarrierProgress, BarrierReport, SimplexReport } from '../metrics';
import { isReportField } from '../metrics/internal';
import { isPermutation } from '../permutation';
import type { Progress } from '../runtime';
import type { PlainPermutations } from './reports';

/** The value of a cell, by its kind. */
export interface CellValues {
  /** Permutations that were found or given. */
  readonly permutations: PlainPermutations;
  /** The barrier between two networks. */
  readonly barrier: BarrierReport;
  /** The barrier on a simplex. */
  readonly simplex: SimplexReport;
}

/** One finished piece of a report on connectivity: plain data, to be kept and given back on resuming. */
export type ConnectivityCell = {
  readonly [Kind in keyof CellValues]: {
    /** The kind of the value. */
    readonly kind: Kind;
    /** The settings that it was made with; a report with others refuses it. */
    readonly settings: CellSettings;
    /** The permutations, or what was measured. */
    readonly value: CellValues[Kind];
  };
}[keyof CellValues];

/** Settings by name, such as the number of points. */
export type CellSettings = Readonly<Record<string, string | number>>;

/** Progress of a report on connectivity, after each cell and each point of one. */
export interface ConnectivityProgress extends Progress {
  /** Cells finished so far, those given as finished included. */
  readonly done: number;
  /** Cells of the report. */
  readonly total: number;
  /** The cell that was finished or that is being measured. */
  readonly key: string;
  /** Inside a cell that is being measured, its points; else null. */
  readonly points: BarrierProgress | null;
}

/** A cell that a report may have. */
export interface CellPlan {
  readonly kind: keyof CellValues;
  readonly settings: CellSettings;
  /** True if this report needs it; others may still be given as finished. */
  readonly needed: boolean;
}

/** Finished cells, callbacks, and the metric that every measured cell must have. */
export interface CellKeeping {
  readonly metric: string;
  readonly finished: Readonly<Record<string, ConnectivityCell>>;
  readonly onCell: ((key: string, cell: ConnectivityCell) => void | Promise<void>) | undefined;
  readonly onProgress: ((progress: ConnectivityProgress) => void) | undefined;
  /** Awaited before a cell is made. */
  readonly yieldPoint: () => Promise<void>;
}

/** The value of a cell: that of the finished one, else what `make` returns, which becomes a finished cell. */
export type CellOf = <Kind extends keyof CellValues>(
  kind: Kind,
  key: string,
  make: (onPoint: (points: BarrierProgress) => void) => Promise<CellValues[Kind]>,
) => Promise<CellValues[Kind]>;

/** The key of a cell: words and names, apart whatever characters they hold. */
export function cellKey(...parts: readonly (string | number)[]): string {
  return parts.map((part) => encodeURIComponent(part)).join('/');
}

/**
 * The cells of a report by key. A value goes through JSON when it is made, so that a report resumed from
 * a file equals one that was never interrupted.
 *
 * @throws InvalidInputError when a finished cell is none of the plan, or was made under other settings.
 */
export function createCells(
  plan: ReadonlyMap<string, CellPlan>,
  { metric, finished, onCell, onProgress, yieldPoint }: CellKeeping,
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
    await onCell?.(key, cell);
    onProgress?.({ done, total, key, points: null });
    return cell.value as CellValues[typeof kind];
  };
}

/** A copy as JSON tells it. */
function plainCopy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** The names of the metrics of a barrier or a surface. */
export function metricNames(report: BarrierReport | SimplexReport): string[] {
  return Object.keys(report).filter((name) => !isReportField(name));
}

/** Throws unless each cell that is measured has the metric asked for, and the same ones as those before. */
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
      );
    }
    before ??= { key, metrics };
    if (metrics === before.metrics) return;
    throw invalid(
      `cell '${key}' has the metrics [${metrics}], but '${before.key}' has [${before.metrics}]`,
      'Resume with the evaluate that the finished cells were measured by',
    );
  };
}

/** Throws unless every finished cell is one of the plan, sound, and made under the same settings. */
function assertFinished(
  plan: ReadonlyMap<string, CellPlan>,
  finished: Readonly<Record<string, ConnectivityCell>>,
): void {
  for (const [key, cell] of Object.entries(finished)) {
    const expected = plan.get(key);
    if (!expected) {
      throw invalid(
        `finished has a cell '${key}', which is none of this report`,
        'Resume with the same names and steps, or leave the cell out',
      );
    }
    if (cell?.kind !== expected.kind || !isSound(cell)) {
      throw invalid(
        `finished['${key}'] is no cell of the kind '${expected.kind}'`,
        'Give back what onCell was given, as it was',
      );
    }
    for (const [setting, value] of Object.entries(expected.settings)) {
      if (cell.settings?.[setting] === value) continue;
      throw invalid(
        `finished['${key}'] was made with ${setting} = ${cell.settings?.[setting]}, but this report has ${setting} = ${value}`,
        'Resume with the same settings, or leave the cell out',
      );
    }
  }
}

/** True if a cell from outside holds a value of its kind. */
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
