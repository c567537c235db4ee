import { invalid } from '../errors';
import { type Axis, formatBetween, withUnit } from './axis';
import { scaleLinear } from './d3';
import { writtenOut } from './writtenOut';

/** A range of values divided into bands of one colour each. */
export interface Bands {
  /** The axis of the colour bar. Its ticks are the edges of the bands; its scale maps them evenly onto [0, 1]. */
  readonly axis: Axis;
  /** The position of each band in the colour map, in [0, 1], from the lowest band: [bands]. */
  readonly shares: readonly number[];
}

/** About ten bands with round edges: at equal differences (`linear`), or at about equal ratios (`log`). */
export function bandsOf(
  values: readonly number[],
  { kind, label, unit }: { kind: 'linear' | 'log'; label: string; unit: string },
): Bands {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (kind === 'log' && low <= 0) {
    throw invalid(`the least value, ${low}, has no logarithm`, "Pass { scale: 'linear' }", {
      param: 'scale',
      received: low,
    });
  }
  const edges = kind === 'linear' ? evenEdges(low, high) : ratioEdges(low, high);
  const count = edges.length - 1;
  const shares = edges.map((_, i) => i / count);
  const factor = unit === '%' ? 100 : 1;
  return {
    axis: {
      scale: scaleLinear(edges, shares),
      ticks: edges,
      format:
        kind === 'linear'
          ? formatBetween([edges[0], edges[count]], unit, 10)
          : (edge) => writtenOut(edge * factor),
      label: withUnit(label, unit),
    },
    shares: count === 1 ? [0.5] : shares.slice(0, -1).map((_, i) => i / (count - 1)),
  };
}

/** The position of a value's band in the colour map, in [0, 1]. */
export function bandOf({ axis, shares }: Bands, value: number): number {
  const band = Math.floor(axis.scale(value) * shares.length + 1e-9);
  return shares[Math.min(shares.length - 1, Math.max(0, band))];
}

function evenEdges(low: number, high: number): number[] {
  const scale = scaleLinear(high > low ? [low, high] : [low - 0.5, low + 0.5], [0, 1]).nice(10);
  return scale.ticks(10);
}

/** Round edges at about equal ratios. A narrow range has even edges. */
function ratioEdges(low: number, high: number): number[] {
  if (high / low < 3) return evenEdges(low, high);
  const [mantissas] = [
    { beyond: 100, mantissas: [1, 2, 5] },
    { beyond: 10, mantissas: [1, 1.5, 2, 3, 5, 7] },
    { beyond: 0, mantissas: [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8] },
  ]
    .filter(({ beyond }) => high / low > beyond)
    .map((each) => each.mantissas);
  const first = Math.floor(Math.log10(low));
  const decades = Math.ceil(Math.log10(high)) - first + 2;
  const all = Array.from({ length: decades }, (_, i) => first + i).flatMap((power) =>
    mantissas.map((mantissa) => Number(`${mantissa}e${power}`)),
  );
  const from = all.findLastIndex((edge) => edge <= low);
  const to = all.findIndex((edge) => edge >= high);
  return all.slice(from, to + 1);
}
