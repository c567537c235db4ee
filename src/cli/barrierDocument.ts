import type { BarrierCurve, BarrierReport } from '../metrics';
import type { Barriers } from '../node/internal';

/** The barriers in the JSON result: for each curve and each metric the ends and the maximum. */
export type BarrierDocument = Readonly<Record<string, CurveDocument | null>>;

/** A curve in the JSON result, by metric. */
type CurveDocument = Readonly<Record<string, MetricDocument>>;

interface MetricDocument {
  /** The metric of A. */
  readonly a: number;
  /** The metric of B. */
  readonly b: number;
  /** The greatest excess over the line between the ends. */
  readonly barrier: number;
  /** The α of the greatest excess. */
  readonly argmax: number;
}

/** The barriers for the JSON result. */
export function barrierDocument(barriers: Barriers): BarrierDocument {
  return Object.fromEntries(
    Object.entries(barriers).map(([name, report]) => [name, report && curveDocument(report)]),
  );
}

function curveDocument({ alphas: _, ...metrics }: BarrierReport): CurveDocument {
  return Object.fromEntries(
    Object.entries(metrics as Readonly<Record<string, BarrierCurve>>).map(
      ([metric, { values, max, argmax }]) => [
        metric,
        { a: values[0], b: values[values.length - 1], barrier: max, argmax },
      ],
    ),
  );
}

/** The names of the curves for people. */
export const CURVE_LABELS = {
  before: 'B as it is',
  after: 'B aligned to A',
  repaired: 'B aligned, repaired',
} as const satisfies Record<keyof Barriers, string>;

/** The barriers as a table for each metric. */
export function barrierLines(document: BarrierDocument): string[] {
  const curves = Object.entries(document).flatMap(([name, curve]) =>
    curve === null ? [] : [[CURVE_LABELS[name as keyof Barriers], curve] as const],
  );
  return Object.keys(curves[0][1]).flatMap((metric) => {
    const write = metric === 'error' ? percent : number;
    const rows = curves.map(([label, curve]) => {
      const { a, b, barrier, argmax } = curve[metric];
      return [label, write(a), write(b), write(barrier), argmax.toFixed(2)];
    });
    return table([[metric, 'at A', 'at B', 'barrier', 'at α'], ...rows]);
  });
}

function number(value: number): string {
  return value.toPrecision(4);
}

function percent(value: number): string {
  return `${(100 * value).toFixed(2)} %`;
}

/** Rows of words in columns, the first aligned left and the others right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => {
    const [first, ...others] = row;
    const cells = others.map((word, i) => word.padStart(widths[i + 1]));
    return `  ${[first.padEnd(widths[0]), ...cells].join('  ')}`;
  });
}
