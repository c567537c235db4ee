import type { ConnectivityMap } from 'perm-lmc/plots';
import type { MeasuredPair } from './measuredPair';

/**
 * The map of one metric over the plain networks among these pairs, which are named after {@link plainNetwork};
 * points that were not measured are null.
 */
export function connectivityMapOf(
  pairs: Readonly<Record<string, MeasuredPair>>,
  metric: 'loss' | 'error',
  tolerance: number,
): ConnectivityMap {
  const points = Object.entries(pairs).map(([name, report]) => {
    const [, depth, width] = /^plain(\d+)-(\d+)$/.exec(name)!.map(Number);
    return { depth, width, barrier: report.pairs[0].matched[metric].max };
  });
  const depths = ascending(points.map(({ depth }) => depth));
  const widths = ascending(points.map(({ width }) => width));
  const barriers = depths.map((depth) =>
    widths.map(
      (width) =>
        points.find((point) => point.depth === depth && point.width === width)?.barrier ?? null,
    ),
  );
  return { widths, depths, barriers, tolerance };
}

/** The different values, the smallest first. */
function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
