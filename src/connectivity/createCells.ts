import { invalid } from '../errors';
import type { BarrierProgress, BarrierReport, SimplexReport } from '../metrics';
import { isReportField } from '../metrics/internal';
import { type Progress, unlessAborted, type WorkControl } from '../runtime';
import type { CellPlan, CellValues, ConnectivityCell } from './connectivityCell';
import { finishedCells, type KnownNetworks } from './finishedCells';

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

/** Finished cells and what they must fit, callbacks, and the metric that every measured cell must have. */
export interface CellKeeping extends WorkControl {
  readonly metric: string;
  readonly known: KnownNetworks;
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
  { metric, known, finished, onCell, signal, onProgress, yieldPoint }: CellKeeping,
): CellOf {
  const cells = finishedCells(plan, finished, known);
  const agree = metricsAgree(metric);
  for (const [key, cell] of cells) agree(key, cell);
  const needed = [...plan.keys()].filter((key) => plan.get(key)!.needed);
  const total = needed.length;
  let done = needed.filter((key) => cells.has(key)).length;
  return async (kind, key, make) => {
    const before = cells.get(key);
    if (before) return before.value as CellValues[typeof kind];
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
  let before: { readonly key: string; readonly names: readonly string[] } | null = null;
  return (key: string, { kind, value }: ConnectivityCell): void => {
    if (kind === 'permutations') return;
    const names = metricNames(value);
    if (!names.includes(metric)) {
      throw invalid(
        `cell '${key}' has the metrics [${names}], without the '${metric}' asked for`,
        'Pass the name of one of them as metric, or leave the cell out of finished',
        { param: 'metric', received: metric },
      );
    }
    before ??= { key, names };
    const { names: others } = before;
    if (names.length === others.length && names.every((name, i) => name === others[i])) return;
    throw invalid(
      `cell '${key}' has the metrics [${names}], but '${before.key}' has [${others}]`,
      'Resume with the evaluate that measured the finished cells',
      { param: 'evaluate', received: names },
    );
  };
}
