import { assertOptions } from '../checks';
import { invalid, named } from '../errors';
import { assertAscending } from './assertAscending';
import { assertFinite, assertNotEmpty, assertReport, assertSameLength } from './assertReport';
import { type AxisScale, linearAxis, stepsAxis } from './axis';
import { FIGURE_OPTIONS, type FigureOptions } from './figure';
import { inWords } from './inWords';
import { lineChart, type Series } from './lineChart';

/** The entropy of permutations by temperature: an `EntropyReport`, also one parsed from JSON. */
export interface EntropyCurves {
  /** The temperatures, ascending: [temperatures]. */
  readonly temperatures: readonly number[];
  /** The curve of each group by its name. */
  readonly groups: Readonly<Record<string, EntropyOfGroup>>;
}

/** The curve of one group. */
export interface EntropyOfGroup {
  /** The entropies, in [0, 1]: [temperatures]. */
  readonly entropy: readonly number[];
  /** The number of units in the group. */
  readonly units: number;
}

/** A report and its label in the figure. */
export interface LabelledEntropy {
  /** The label of the curve, such as 'width 64'. */
  readonly label: string;
  /** The report of `permutationEntropy`. */
  readonly report: EntropyCurves;
}

/** Options of {@link entropyPlot}. */
export interface EntropyPlotOptions extends FigureOptions {
  /** The scale of the temperatures. Default `'log'`. */
  scale?: AxisScale;
  /** The label of the x axis. Default 'temperature τ'. */
  xLabel?: string;
  /** The label of the y axis. Default 'entropy'. */
  yLabel?: string;
}

/**
 * Draws the entropy of permutations by temperature as one SVG image. One report gives a curve for each group; several
 * give a curve each, the mean over its units.
 *
 * @param reports - A report of `permutationEntropy` with up to 16 groups, or up to 16 reports with labels.
 * @param options - All have defaults.
 * @returns The text of an SVG image.
 * @throws InvalidInputError if there is no report or no group, a group does not have one entropy in [0, 1] for each
 * temperature, the temperatures do not ascend or do not fit the scale, or the figure is too small for its content.
 *
 * @example
 * ```ts given=networks
 * import { permutationEntropy, weightMatch } from 'perm-lmc';
 * import { entropyPlot } from 'perm-lmc/plots';
 *
 * const { permutations } = await weightMatch(spec, a, b);
 * const report = await permutationEntropy(spec, a, b, { permutations });
 * const svg = entropyPlot(report);
 * ```
 */
export function entropyPlot(
  reports: EntropyCurves | readonly LabelledEntropy[],
  options: EntropyPlotOptions = {},
): string {
  return named('entropyPlot', () => {
    assertOptions(options, { ...FIGURE_OPTIONS, ...{ scale: true, xLabel: true, yLabel: true } });
    const {
      title = 'Entropy of the permutations by temperature',
      description,
      scale = 'log',
      xLabel = 'temperature τ',
      yLabel = 'entropy',
      width = 720,
      height,
      id,
    } = options;
    const series = isList(reports) ? seriesOfReports(reports) : seriesOfGroups(reports);
    const [xs, ys] = [0, 1].map((at) => series.flatMap(({ points }) => points.map((p) => p[at])));
    const x = stepsAxis('temperatures', xs, { label: xLabel, kind: scale });
    const y = linearAxis([...ys, 1], { label: yLabel, unit: '', zero: true });
    const words = description ?? `${yLabel} against ${xLabel}. ${series.map(inWords).join(' ')}`;
    return lineChart({ plot: 'entropyPlot', title, description: words, width, height, id }, [
      { x, y, series },
    ]);
  });
}

function isList(
  reports: EntropyCurves | readonly LabelledEntropy[],
): reports is readonly LabelledEntropy[] {
  return Array.isArray(reports);
}

/** The curve of each group. */
function seriesOfGroups(report: EntropyCurves): Series[] {
  assertCurves('the report', report);
  const { temperatures, groups } = report;
  return Object.entries(groups).map(([name, { entropy, units }]) => ({
    label: `${name} (${units})`,
    points: temperatures.map((tau, at) => [tau, entropy[at]]),
  }));
}

/** The mean curve over the units of each report. */
function seriesOfReports(reports: readonly LabelledEntropy[]): Series[] {
  assertNotEmpty('the list of reports', reports);
  return reports.map(({ label, report }) => {
    assertCurves(`the report '${label}'`, report);
    const groups = Object.values(report.groups);
    const units = groups.reduce((sum, group) => sum + group.units, 0);
    const meanAt = (at: number) =>
      groups.reduce((sum, group) => sum + (group.units / units) * group.entropy[at], 0);
    return { label, points: report.temperatures.map((tau, at) => [tau, meanAt(at)]) };
  });
}

function assertCurves(what: string, report: EntropyCurves): void {
  assertReport(what, report);
  const { temperatures, groups } = report;
  assertAscending('temperatures', temperatures);
  assertReport('groups', groups);
  if (Object.keys(groups).length === 0) {
    throw invalid('groups must have at least one group', 'Pass the result of permutationEntropy', {
      param: 'groups',
      received: 0,
    });
  }
  for (const [name, { entropy, units }] of Object.entries(groups)) {
    const of = `'entropy' of group '${name}'`;
    assertSameLength([of, entropy], ['temperatures', temperatures]);
    assertFinite(of, entropy);
    const wrong = entropy.find((value) => value < 0 || value > 1);
    if (wrong !== undefined || !(Number.isInteger(units) && units > 0)) {
      throw invalid(
        wrong === undefined
          ? `'units' of group '${name}' is ${String(units)}, not an integer ≥ 1`
          : `${of} has ${wrong}, which is not in [0, 1]`,
        'Pass the result of permutationEntropy',
        { param: 'groups', received: wrong ?? units },
      );
    }
  }
}
