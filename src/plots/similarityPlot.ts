import { assertOptions } from '../checks';
import { invalid, named } from '../errors';
import { assertFinite, assertReport, assertSameLength } from './assertReport';
import { linearAxis } from './axis';
import { scaleBand } from './d3';
import { drawX } from './drawAxes';
import { inColour } from './drawSeries';
import { element, round, text } from './element';
import { FIGURE_OPTIONS, type FigureOptions, figure, heading, MARGIN, plotHeight } from './figure';
import { fitText, textWidth } from './textWidth';
import { short } from './writtenOut';

/** Quantiles of the similarity of matched units by group: a `SimilarityStatistics`. */
export interface SimilarityQuantiles {
  /** The quantiles, ascending in [0, 1], such as 0, 0.25, 0.5, 0.75, 1: [quantiles]. */
  readonly quantiles: readonly number[];
  /** The similarities of each group by its name. */
  readonly groups: Readonly<Record<string, GroupQuantiles>>;
}

/** The similarity of the matched units of one group. */
export interface GroupQuantiles {
  /** The quantiles before matching, in the same order; null if not known. */
  readonly before: readonly number[] | null;
  /** The quantiles after matching, in the same order. */
  readonly after: readonly number[];
  /** The number of units in the group. */
  readonly units: number;
}

/** The labels of the legend. */
export interface SimilarityLabels {
  /** The label of the quantiles before matching. Default 'before matching'. */
  before?: string;
  /** The label of the quantiles after matching. Default 'after matching'. */
  after?: string;
}

/** Options of {@link similarityPlot}. */
export interface SimilarityPlotOptions extends FigureOptions {
  /** The labels of the legend. */
  labels?: SimilarityLabels;
  /** The label of the x axis. Default 'similarity of matched units'. */
  xLabel?: string;
}

type Moment = 'before' | 'after';

const [ROW, LEGEND] = [54, 34];

/**
 * Draws the similarity of matched units as one SVG image, a row for each group, with the quantiles before
 * matching (hollow) and after (filled). A thin line joins the first and the last quantile, boxes the pairs
 * between them, and a stroke marks the middle one.
 *
 * @param statistics - Quantiles by group: the result of `similarityStatistics`.
 * @param options - All have defaults.
 * @returns The text of an SVG image.
 * @throws InvalidInputError if there is no group, the quantiles do not ascend in [0, 1], a group does not have
 * one value for each quantile, a value is not finite, or the figure is too small.
 *
 * @example
 * ```ts
 * import { similarityPlot } from 'perm-lmc/plots';
 *
 * const svg = similarityPlot({
 *   quantiles: [0, 0.25, 0.5, 0.75, 1],
 *   groups: { h1: { before: [-1, -0.2, 0, 0.2, 1], after: [0.5, 1.8, 2, 2.5, 4], units: 512 } },
 * });
 * ```
 */
export function similarityPlot(
  statistics: SimilarityQuantiles,
  options: SimilarityPlotOptions = {},
): string {
  return named('similarityPlot', () => {
    assertOptions(options, { ...FIGURE_OPTIONS, ...{ labels: true, xLabel: true } });
    const {
      title = 'Similarity of matched units by group',
      description,
      labels = {},
      xLabel = 'similarity of matched units',
      width = 720,
      height,
      id,
    } = options;
    assertStatistics(statistics);
    const groups = Object.entries(statistics.groups);
    const hasBefore = groups.some(([, { before }]) => before !== null);
    const moments: Moment[] = hasBefore ? ['before', 'after'] : ['after'];
    const named = { before: 'before matching', after: 'after matching', ...labels };
    const values = groups.flatMap(([, { before, after }]) => [...(before ?? []), ...after]);
    const axis = linearAxis(values, { label: xLabel, unit: '', zero: true });
    const words = description ?? inWordsOf(statistics, xLabel);
    const frame = { plot: 'similarityPlot', title, description: words, width, height, id };
    const { lines, bottom } = heading(frame);
    const names = groups.map(([name, { units }]) => `${name} (${units})`);
    const left = Math.min(0.4 * width, 34 + Math.max(...names.map((name) => textWidth(name))));
    const others = bottom + LEGEND + 50 + MARGIN.bottom;
    const wanted = ROW * groups.length + 8;
    const inner = plotHeight(frame, { others, wanted, least: 20 * groups.length });
    const top = bottom + LEGEND;
    const area = { left, right: width - MARGIN.right, top, bottom: top + inner };
    const x = { ...axis, scale: axis.scale.copy().range([area.left, area.right]) };
    const rows = scaleBand(
      names.map((_, i) => i),
      [area.top, area.bottom],
    ).padding(0.24);
    return figure(frame, others + inner, [
      ...lines,
      ...drawLegend(moments, named, left, bottom + 12),
      element('path', {
        d: x.ticks
          .map((tick) => `M${round(x.scale(tick))} ${area.top}V${round(area.bottom)}`)
          .join(''),
        stroke: 'currentColor',
        'stroke-opacity': '0.22',
      }),
      ...drawX(x, area),
      ...names.map((name, i) =>
        text(left - 12, rows(i)! + rows.bandwidth() / 2 + 4.5, 'end', fitText(name, left - 32)),
      ),
      ...groups.flatMap(([, group], i) =>
        moments.flatMap((moment, k) => {
          const thickness = rows.bandwidth() / moments.length;
          const middle = rows(i)! + thickness * (k + 0.5);
          const marks = group[moment];
          return marks === null
            ? []
            : [drawBox(moment, marks.map(x.scale), middle, thickness * 0.72)];
        }),
      ),
    ]);
  });
}

/**
 * Draws quantiles: the ends as a line, inner pairs as boxes that grow thicker inwards, the middle as a stroke.
 *
 * @param at - The x of each quantile, in pixels.
 * @param y - The middle of the row, in pixels.
 */
function drawBox(moment: Moment, at: number[], y: number, thickness: number): string {
  const pairs = Array.from({ length: Math.floor(at.length / 2) }, (_, i) => [
    at[i],
    at.at(-1 - i)!,
  ]);
  const [whole, ...inside] = pairs;
  const parts = whole ? [`M${round(whole[0])} ${round(y)}H${round(whole[1])}`] : [];
  const boxes = inside.map(([start, end], i) => {
    const half = (thickness / 2) * ((i + 1) / inside.length);
    return `M${round(start)} ${round(y - half)}H${round(end)}v${round(2 * half)}H${round(start)}z`;
  });
  const middle = at.length % 2 === 1 ? [at[(at.length - 1) / 2]] : [];
  const stroke = middle.map(
    (x) => `M${round(x)} ${round(y - thickness / 2 - 2)}v${round(thickness + 4)}`,
  );
  return inColour(
    moment === 'after' ? 0 : 1,
    element('path', { d: parts.join(''), stroke: 'currentColor', 'stroke-width': 1.5 }),
    element('path', {
      d: boxes.join(''),
      fill: moment === 'after' ? 'currentColor' : 'none',
      'fill-opacity': moment === 'after' ? '0.45' : undefined,
      stroke: 'currentColor',
      'stroke-width': 1.25,
    }),
    element('path', { d: stroke.join(''), stroke: 'currentColor', 'stroke-width': 3 }),
  );
}

function drawLegend(
  moments: readonly Moment[],
  named: Record<Moment, string>,
  left: number,
  y: number,
): string[] {
  let x = left;
  return moments.map((moment) => {
    const box = drawBox(
      moment,
      [0, 8, 18, 28, 36].map((step) => x + step),
      y,
      12,
    );
    const entry = box + text(x + 44, y + 4.5, 'start', named[moment]);
    x += 44 + textWidth(named[moment]) + 26;
    return entry;
  });
}

function assertStatistics(statistics: SimilarityQuantiles): void {
  assertReport('the statistics', statistics);
  assertReport('groups', statistics.groups);
  const { quantiles, groups } = statistics;
  assertFinite('quantiles', quantiles);
  if (quantiles.some((q, i) => q < 0 || q > 1 || (i > 0 && q <= quantiles[i - 1]))) {
    throw invalid(
      `quantiles must ascend in [0, 1], received [${quantiles}]`,
      'Pass quantiles such as [0.25, 0.5, 0.75]',
      { param: 'quantiles', received: quantiles },
    );
  }
  if (Object.keys(groups).length === 0) {
    throw invalid(
      'groups must have at least one group',
      'Pass the result of similarityStatistics',
      {
        param: 'groups',
        received: 0,
      },
    );
  }
  for (const [name, group] of Object.entries(groups)) {
    for (const moment of ['before', 'after'] as const) {
      const values = group[moment];
      if (moment === 'before' && values === null) continue;
      assertSameLength([`'${moment}' of group '${name}'`, values!], ['quantiles', quantiles]);
      assertFinite(`'${moment}' of group '${name}'`, values!);
    }
  }
}

function inWordsOf({ quantiles, groups }: SimilarityQuantiles, shown: string): string {
  const middle = Math.floor(quantiles.length / 2);
  const each = Object.entries(groups).map(([name, { before, after, units }]) => {
    const earlier = before === null ? '' : `${short(before[middle])} before, `;
    return `${name}, ${units} units: ${earlier}${short(after[middle])} after.`;
  });
  return `${shown} by group, the quantile ${quantiles[middle]} of each. ${each.join(' ')}`;
}
