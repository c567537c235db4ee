import type { ConnectivityMap } from 'perm-lmc/plots';
import { markdownTable } from '../../support/markdownTable';

/** The map as a table: depth down, width across, in bold where networks are connected. */
export function mapTable(
  { widths, depths, barriers, tolerance }: ConnectivityMap,
  written = (barrier: number) => barrier.toFixed(3),
): string {
  const cell = (barrier: number | null) => {
    if (barrier === null) return '–';
    return barrier <= tolerance ? `**${written(barrier)}**` : written(barrier);
  };
  return markdownTable(
    ['depth', ...widths.map((width) => `width ${width}`)],
    depths.map((depth, i) => [String(depth), ...barriers[i].map(cell)]),
  );
}
