import { invalid } from '../errors';
import { type ScaleContinuousNumeric, scaleLinear, scaleLog, scaleSymlog, tickFormat } from './d3';
import { grouped, writtenOut } from './writtenOut';

/** The scale of an axis; `symlog` is logarithmic and includes zero. */
export type AxisScale = 'linear' | 'log' | 'symlog';

/** An axis without a place in the figure. The range of its scale, in pixels, is set when it is drawn. */
export interface Axis {
  readonly scale: ScaleContinuousNumeric<number, number>;
  readonly ticks: readonly number[];
  readonly format: (tick: number) => string;
  /** The quantity on the axis and its unit. */
  readonly label: string;
}

/** A linear axis with even, round ticks that enclose the values; with `zero`, also zero. */
export function linearAxis(
  values: readonly number[],
  { label, unit, zero }: { label: string; unit: string; zero: boolean },
): Axis {
  const [low, high] = wideExtent(zero ? [0, ...values] : values);
  const scale = scaleLinear([low, high], [0, 1]).nice(5);
  return {
    scale,
    ticks: scale.ticks(5),
    format: formatBetween(scale.domain(), unit),
    label: withUnit(label, unit),
  };
}

/** The x axis of steps. Throws if a logarithmic scale cannot show a value. */
export function stepsAxis(
  what: string,
  values: readonly number[],
  { label, kind }: { label: string; kind: AxisScale },
): Axis {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (kind === 'linear') {
    const scale = scaleLinear(wideExtent(values), [0, 1]);
    return { scale, ticks: scale.ticks(7), format: formatBetween(scale.domain(), '', 7), label };
  }
  if (low < 0 || (kind === 'log' && low === 0)) {
    throw invalid(
      `${what} has ${low}, which a scale '${kind}' cannot show`,
      low < 0 ? "Pass { scale: 'linear' }" : "Pass { scale: 'symlog' }, which includes zero",
      { param: 'scale', received: kind },
    );
  }
  if (kind === 'log') return logAxis(values, { label });
  const least = Math.min(...values.filter((value) => value > 0));
  const scale = scaleSymlog(high > 0 ? [low, high] : [0, 1], [0, 1]);
  const positive = high > 0 ? roundRatios(least, high) : [1];
  const ticks = low === 0 ? [0, ...positive] : positive;
  return { scale: scale.constant(high > 0 ? least : 1), ticks, format: writtenOut, label };
}

/** A logarithmic axis. By default its ticks are 1, 2 and 5 times powers of ten. */
export function logAxis(
  values: readonly number[],
  {
    label,
    ticks,
    format = writtenOut,
  }: { label: string; ticks?: number[]; format?: Axis['format'] },
): Axis {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const scale = scaleLog(low < high ? [low, high] : [low / 2, high * 2], [0, 1]);
  const [first, last] = scale.domain();
  return { scale, ticks: ticks ?? roundRatios(first, last), format, label };
}

/** An axis from 0 that is about linear up to `constant`, above 0, and logarithmic beyond it. */
export function symlogAxis(
  values: readonly number[],
  { label, unit, constant }: { label: string; unit: string; constant: number },
): Axis {
  const [low, high] = [Math.min(0, ...values), Math.max(2 * constant, ...values)];
  const factor = unit === '%' ? 100 : 1;
  return {
    scale: scaleSymlog([low, high], [0, 1]).constant(constant),
    ticks: [0, ...roundRatios(constant, high)],
    format: (tick) => writtenOut(tick * factor),
    label: withUnit(label, unit),
  };
}

/** A label with its unit in parentheses, 'loss (nats)'; only the label if the unit is empty. */
export function withUnit(label: string, unit: string): string {
  return unit === '' ? label : `${label} (${unit})`;
}

/**
 * A function that writes evenly spaced numbers. With the unit '%', numbers are shares and written as percentages.
 *
 * @param ends - [least, greatest].
 * @param count - The number of ticks between them.
 */
export function formatBetween(
  ends: readonly number[],
  unit: string,
  count = 5,
): (value: number) => string {
  const factor = unit === '%' ? 100 : 1;
  const [low, high] = ends.map((end) => end * factor);
  const tiny = (high - low) / count < 1e-4 || Math.max(-low, high) >= 1e7;
  const format = tickFormat(low, high, count, tiny ? '~e' : undefined);
  return (value) => grouped(format(value * factor).replaceAll(',', ''));
}

/** 1, 2 and 5 times powers of ten from `low` to `high`; over many decades only the powers. */
function roundRatios(low: number, high: number): number[] {
  const all = scaleLog([low, high], [0, 1]).ticks();
  const mantissa = (tick: number) => Math.round(tick / 10 ** Math.floor(Math.log10(tick) + 1e-9));
  const round = all.filter((tick) => [1, 2, 5].includes(mantissa(tick)));
  const kept = round.length > 10 ? round.filter((tick) => mantissa(tick) === 1) : round;
  return kept.length > 0 ? kept : [low, high];
}

/** The extent of values as [low, high], widened if all values are equal. */
function wideExtent(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (high > low) return [low, high];
  return low === 0 ? [0, 1] : [low - Math.abs(low) / 2, high + Math.abs(high) / 2];
}
