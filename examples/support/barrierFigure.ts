import { formatTick, roundTicks } from './ticks';

/** A metric along the straight line from one network to another. */
export interface BarrierCurve {
  /** What was interpolated, such as 'after weight matching'. */
  readonly label: string;
  /** Where the metric was measured, ascending: 0 is the first network, 1 the second. */
  readonly alphas: readonly number[];
  /** The metric at each alpha. */
  readonly values: readonly number[];
}

/** What `barrierFigure` draws. */
export interface BarrierReport {
  readonly title: string;
  readonly xLabel: string;
  /** The metric and its unit. */
  readonly yLabel: string;
  readonly curves: readonly BarrierCurve[];
}

type Scale = (value: number) => number;

const [LEFT, RIGHT, LEGEND_ROW] = [68, 696, 22];

/** Colours of Okabe and Ito, in pairs that stand out on a light and on a dark page. */
const COLOURS = [
  ['#0072b2', '#56b4e9'],
  ['#d55e00', '#e69f00'],
  ['#009e73', '#009e73'],
  ['#cc79a7', '#cc79a7'],
];
const DASHES = ['none', '9 5', '1 6', '12 5 1 5'];
const MARKERS = [
  'm-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z',
  'm-3.6-3.6h7.2v7.2h-7.2z',
  'm0-5l5 8.6h-10z',
  'm0-5.4l5.4 5.4l-5.4 5.4l-5.4-5.4z',
];

/** Attributes alone make a figure that is legible on both; this is what a dark page changes. */
const DARK_STYLE = `@media (prefers-color-scheme: dark) {
.barrier-figure { color: #a9afb8 }
${COLOURS.map(([, dark], i) => `.barrier-figure .curve${i} { color: ${dark} }`).join('\n')}
}`;

/**
 * The curves of a barrier report as one SVG image. It scales with its container, has no background
 * and follows the page's light or dark scheme. Curves differ in colour, dash and marker, in colours
 * that colour-blind readers can tell apart. Values that are not finite are left out.
 *
 * @example
 * ```ts
 * const curves = [{ label: 'matched', alphas: [0, 0.5, 1], values: [0.1, 0.12, 0.1] }];
 * barrierFigure({ title: 'MNIST', xLabel: 'α', yLabel: 'test loss (nats)', curves });
 * ```
 */
export function barrierFigure({ title, xLabel, yLabel, ...report }: BarrierReport): string {
  const curves = report.curves.map(finitePart);
  const legend = placeLegend(curves);
  const top = 44 + legend.height + 20;
  const bottom = top + 300;
  const xTicks = roundTicks(curves.flatMap(({ alphas }) => alphas));
  const yTicks = roundTicks([0, ...curves.flatMap(({ values }) => values)]);
  const x = scale(xTicks, LEFT, RIGHT);
  const y = scale(yTicks, bottom, top);
  const id = ['barrier', ...(title.toLowerCase().match(/[a-z0-9]+/g) ?? [])].join('-');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${RIGHT + 24} ${bottom + 58}" class="barrier-figure" role="img" aria-labelledby="${id}-title ${id}-desc" color="#70757d" fill="currentColor" font-family="system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif" font-size="13">`,
    `<title id="${id}-title">${escapeXml(title)}</title>`,
    `<desc id="${id}-desc">${escapeXml(`${yLabel} against ${xLabel}. ${curves.map(inWords).join(' ')}`)}</desc>`,
    `<style>\n${DARK_STYLE}\n</style>`,
    `<text x="${LEFT}" y="28" font-size="17" font-weight="600">${escapeXml(title)}</text>`,
    ...legend.entries,
    `<path d="${yTicks.map((tick) => `M${LEFT} ${round(y(tick))}H${RIGHT}`).join('')}" stroke="currentColor" stroke-opacity="0.25"/>`,
    `<path d="M${LEFT} ${round(y(0))}H${RIGHT}${xTicks.map((tick) => `M${round(x(tick))} ${bottom}v5`).join('')}" stroke="currentColor"/>`,
    ...yTicks.map((tick) => text(LEFT - 10, y(tick) + 4.5, 'end', formatTick(tick, yTicks))),
    ...xTicks.map((tick) => text(x(tick), bottom + 21, 'middle', formatTick(tick, xTicks))),
    text((LEFT + RIGHT) / 2, bottom + 46, 'middle', xLabel),
    `<g transform="translate(20 ${(top + bottom) / 2}) rotate(-90)">${text(0, 0, 'middle', yLabel)}</g>`,
    ...curves.map((curve, i) => drawCurve(curve, i, x, y)),
    '</svg>\n',
  ].join('\n');
}

function finitePart({ label, alphas, values }: BarrierCurve): BarrierCurve {
  const kept = alphas.map((_, k) => k).filter((k) => Number.isFinite(values[k]));
  if (kept.length === 0) throw new Error(`barrierFigure: "${label}" has no finite value to draw`);
  return { label, alphas: kept.map((k) => alphas[k]), values: kept.map((k) => values[k]) };
}

/** One entry a curve, in rows above the plot, where no curve can run through them. */
function placeLegend(curves: readonly BarrierCurve[]): { entries: string[]; height: number } {
  let [left, row] = [LEFT, 0];
  const entries = curves.map(({ label }, i) => {
    const width = 44 + 7.2 * label.length + 24;
    if (left > LEFT && left + width > RIGHT) [left, row] = [LEFT, row + 1];
    const y = 54 + row * LEGEND_ROW;
    const swatch = series(i, `M${round(left)} ${y}h36`, [[left + 18, y]]);
    const entry = swatch + text(left + 44, y + 4.5, 'start', label);
    left += width;
    return entry;
  });
  return { entries, height: (row + 1) * LEGEND_ROW };
}

function drawCurve({ alphas, values }: BarrierCurve, i: number, x: Scale, y: Scale): string {
  const points = alphas.map((alpha, k): [number, number] => [x(alpha), y(values[k])]);
  const line = points.map((point) => point.map(round).join(' ')).join('L');
  const every = Math.ceil(points.length / 13);
  const marked = points.filter((_, k) => k % every === 0);
  return series(i, `M${line}`, marked);
}

/** The i-th series' line with its dash and its markers at `marked`, in its colour. */
function series(i: number, line: string, marked: readonly [number, number][]): string {
  const colour = i % COLOURS.length;
  const variant = (i + Math.floor(i / COLOURS.length)) % MARKERS.length;
  const markers = marked.map(([x, y]) => `M${round(x)} ${round(y)}${MARKERS[variant]}`).join('');
  return (
    `<g class="curve${colour}" color="${COLOURS[colour][0]}">` +
    `<path d="${line}" fill="none" stroke="currentColor" stroke-width="2.25" stroke-linejoin="round" stroke-linecap="round" stroke-dasharray="${DASHES[variant]}"/>` +
    `<path d="${markers}"/></g>`
  );
}

/** The curve in words, for readers who do not see it. */
function inWords({ label, alphas, values }: BarrierCurve): string {
  const short = (value: number) => Number(value.toPrecision(3));
  const most = Math.max(...values);
  const ends = `${short(values[0])} and ${short(values.at(-1)!)} at the ends`;
  return `${label}: ${ends}, at most ${short(most)}, at ${short(alphas[values.indexOf(most)])}.`;
}

function scale(ticks: readonly number[], start: number, end: number): Scale {
  const [low, high] = [ticks[0], ticks.at(-1)!];
  return (value) => start + ((value - low) / (high - low)) * (end - start);
}

function text(x: number, y: number, anchor: 'start' | 'middle' | 'end', content: string): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${escapeXml(content)}</text>`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function escapeXml(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
