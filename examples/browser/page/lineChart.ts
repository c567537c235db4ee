import { scaleLinear } from 'd3-scale';
import { make, makeSvg, onWidth } from './dom';

/** A curve of a {@link lineChart}. */
export interface Series {
  readonly name: string;
  /** The class in the style sheet that sets its colour and dashes. */
  readonly className: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** The fixed settings of a {@link lineChart}. */
export interface LineChartOptions {
  readonly xLabel: string;
  readonly yLabel: string;
  /** The text while there is no curve. */
  readonly empty: string;
  /** Formats a tick of x. Default: `String`. */
  readonly xTick?: (x: number) => string;
  /** True if y begins at 0. Default true. */
  readonly fromZero?: boolean;
}

/** The content of a {@link lineChart}. */
export interface LineChartContent {
  readonly series: readonly Series[];
  readonly x: readonly [number, number];
  /** The x of a vertical line; null for none. */
  readonly marker?: number | null;
  /** The chart in words, for screen readers. */
  readonly description: string;
}

const PLOT_HEIGHT = 170;
const MARGIN = { top: 30, right: 12, bottom: 24, left: 48 };
const LABEL_HEIGHT = 18;

/** A chart of curves. Returns a function that draws new content. */
export function lineChart(
  host: HTMLElement,
  options: LineChartOptions,
): (content: LineChartContent) => void {
  let content: LineChartContent = { series: [], x: [0, 1], description: options.empty };
  let width = 0;
  const legend = make('p', 'legend');
  const image = make('div', 'chart');
  host.append(legend, image);
  const draw = () => {
    const named = content.series.length > 1 ? content.series : [];
    legend.replaceChildren(
      ...named.map(({ name, className }) => make('span', className, swatch(), name)),
    );
    if (width > 0) image.replaceChildren(drawing(content, options, width));
  };
  onWidth(image, (pixels) => {
    width = pixels;
    draw();
  });
  return (next) => {
    content = next;
    draw();
  };
}

function swatch(): SVGElement {
  return makeSvg(
    'svg',
    { width: 26, height: 10, 'aria-hidden': 'true' },
    makeSvg('path', { class: 'curve', d: 'M1 5H25' }),
  );
}

function drawing(
  { series, x: domain, marker = null, description }: LineChartContent,
  { xLabel, yLabel, empty, xTick = String, fromZero = true }: LineChartOptions,
  width: number,
): SVGElement {
  const right = width - MARGIN.right;
  const bottom = MARGIN.top + PLOT_HEIGHT;
  const height = bottom + MARGIN.bottom + (xLabel === '' ? 0 : LABEL_HEIGHT);
  const values = series.flatMap(({ points }) => points.map(([, y]) => y));
  const top = Math.max(...values, fromZero ? 0.1 : Number.NEGATIVE_INFINITY);
  const low = fromZero ? 0 : Math.min(...values);
  const x = scaleLinear().domain(domain).range([MARGIN.left, right]);
  const y = scaleLinear()
    .domain(values.length > 0 && top > low ? [low, top] : [0, 1])
    .range([bottom, MARGIN.top])
    .nice(4);
  const image = makeSvg('svg', {
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: 'img',
    'aria-label': description,
  });
  for (const tick of y.ticks(4)) {
    image.append(
      makeSvg('path', { class: 'grid', d: `M${MARGIN.left} ${y(tick)}H${right}` }),
      text(MARGIN.left - 8, y(tick) + 4, y.tickFormat(4)(tick), 'end'),
    );
  }
  for (const tick of x.ticks(width < 420 ? 4 : 8)) {
    image.append(text(x(tick), bottom + 18, xTick(tick), 'middle'));
  }
  image.append(
    makeSvg('path', { class: 'axis', d: `M${MARGIN.left} ${bottom}H${right}` }),
    text(right, height - 4, xLabel, 'end'),
    text(0, 14, yLabel, 'start'),
  );
  if (values.length === 0) {
    image.append(text((MARGIN.left + right) / 2, (MARGIN.top + bottom) / 2, empty, 'middle'));
  }
  if (marker !== null) {
    image.append(makeSvg('path', { class: 'marker', d: `M${x(marker)} ${bottom}V${MARGIN.top}` }));
  }
  for (const { className, points } of series) {
    const path = points.map(([px, py]) => `${x(px).toFixed(1)} ${y(py).toFixed(1)}`).join('L');
    if (points.length > 0) {
      const group = makeSvg('g', { class: className });
      group.append(makeSvg('path', { class: 'curve', d: `M${path}` }));
      const [lastX, lastY] = points.at(-1)!;
      group.append(makeSvg('circle', { class: 'dot', cx: x(lastX), cy: y(lastY), r: 3.5 }));
      image.append(group);
    }
  }
  return image;
}

function text(x: number, y: number, content: string, anchor: string): SVGElement {
  return makeSvg('text', { x, y, 'text-anchor': anchor }, content);
}
