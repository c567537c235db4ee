import {
  type BarrierReport,
  InvalidInputError,
  type LossPlaneReport,
  type PermutationComparison,
  type SimilarityStatistics,
  type SimultaneousConnectivityReport,
  type StrongConnectivityReport,
} from 'perm-lmc';
import {
  barrierPlot,
  connectivityMapPlot,
  entropyPlot,
  type FigureOptions,
  fixedPointsPlot,
  hybridPlot,
  lossPlanePlot,
  matrixPlot,
  pruningPlot,
  similarityPlot,
  trajectoryPlot,
  transitivityPlot,
  widthPlot,
} from 'perm-lmc/plots';
import { describe, expect, it } from 'vitest';
import { read } from './drawn';
import {
  agreement,
  entropies,
  hybrids,
  line,
  map,
  paths,
  plane,
  pruning,
  similarity,
  trajectory,
  widths,
} from './reports';

const lines = [
  { label: 'no permutation', report: line(1.2) },
  { label: 'weight matching', report: line(0.02) },
];
const plots: Record<string, (options: FigureOptions) => string> = {
  barrierPlot: (options) => barrierPlot(lines, options),
  trajectoryPlot: (options) => trajectoryPlot(trajectory, { scale: 'symlog', ...options }),
  pruningPlot: (options) => pruningPlot(pruning, options),
  widthPlot: (options) => widthPlot(widths, { unmatched: true, ...options }),
  matrixPlot: (options) => matrixPlot(trajectory, options),
  lossPlanePlot: (options) => lossPlanePlot(plane, options),
  similarityPlot: (options) => similarityPlot(similarity, options),
  fixedPointsPlot: (options) => fixedPointsPlot(agreement, options),
  hybridPlot: (options) => hybridPlot(hybrids, options),
  transitivityPlot: (options) => transitivityPlot(paths, options),
  connectivityMapPlot: (options) => connectivityMapPlot(map, options),
  entropyPlot: (options) => entropyPlot(entropies, options),
};
const names = Object.keys(plots);
const HOSTILE = `</title><script>alert("1")</script> & <!-- 'x' ]]> \u0000\ud800`;

describe.each(names)('%s', (name) => {
  const plot = plots[name];

  it('is well-formed XML that asks for nothing outside itself', () => {
    const svg = plot({});
    const { elements } = read(svg);
    const known = ['svg', 'title', 'desc', 'style', 'g', 'path', 'text', 'circle'];
    for (const element of elements) expect(known).toContain(element.name);
    expect(svg.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(
      /https?:|url\(|href|@import/,
    );
    expect(svg).not.toMatch(/NaN|undefined|Infinity|null|\[object/);
  });

  it('is an image with a name and a description that are its own', () => {
    const { root, elements } = read(plot({ title: 'A title', description: 'In words.' }));
    expect(root.attributes.role).toBe('img');
    const ids = root.attributes['aria-labelledby'].split(' ');
    const labels = ids.map((id) => elements.find(({ attributes }) => attributes.id === id)!.text);
    expect(labels).toEqual(['A title', 'In words.']);
    expect(read(plot({})).elements.find(({ name }) => name === 'desc')!.text).toMatch(/\d/);
  });

  it('escapes hostile text, and holds it', () => {
    const svg = plot({ title: HOSTILE, description: HOSTILE });
    const { elements } = read(svg);
    const kept = HOSTILE.replaceAll('\u0000', '\ufffd').replaceAll('\ud800', '\ufffd');
    expect(elements.find(({ name }) => name === 'title')!.text).toBe(kept);
    expect(elements.find(({ name }) => name === 'desc')!.text).toBe(kept);
    expect(svg).not.toContain('<script');
  });

  it('is the same for the same report, also when it comes out of JSON', () => {
    expect(plot({})).toBe(plot({}));
  });

  it('shares no id with another figure on the page, and takes ids that are given', () => {
    const idsOf = (svg: string) => [...svg.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    const ids = [plot({}), plot({ title: 'Another' }), ...names.map((other) => plots[other]({}))]
      .filter((svg, i, all) => all.indexOf(svg) === i)
      .flatMap(idsOf);
    expect(new Set(ids).size).toBe(ids.length);
    expect(idsOf(plot({ id: 'mine' }))).toEqual(['mine-title', 'mine-desc']);
    expect(() => plot({ id: 'a b' })).toThrow(/id must be a letter/);
  });

  it('has the size asked for, and everything inside it', () => {
    const { root, texts } = read(plot({ width: 640, height: 560 }));
    const [, , width, height] = root.attributes.viewBox.split(' ').map(Number);
    expect(width).toBe(640);
    if (name === 'lossPlanePlot') expect(height).toBeLessThanOrEqual(560);
    else expect(height).toBe(560);
    for (const { x, y } of texts) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(640);
      expect(y).toBeLessThanOrEqual(height - 10);
    }
  });

  it('refuses a size that leaves no room', () => {
    for (const options of [{ width: 100 }, { height: 90 }, { width: Number.NaN }]) {
      expect(() => plot(options)).toThrow(InvalidInputError);
    }
    expect(() => plot({ height: 90 })).toThrow(/leaves no room .*Pass at least \d+/);
  });

  it('gives text and lines other colours on a dark page, by the style it carries', () => {
    const { root, elements } = read(plot({}));
    const style = elements.find(({ name }) => name === 'style')!.text;
    expect(style).toMatch(/@media \(prefers-color-scheme: dark\)/);
    expect(style).toContain(`.${root.attributes.class} { color:`);
    const classes = elements.map(({ attributes }) => attributes.class).filter(Boolean);
    for (const each of classes) expect(style).toContain(`.${each} `);
  });

  it('gives every series a look of its own: a colour, and dashes with a marker', () => {
    const looks = read(plot({}))
      .series.filter(({ points }) => points.length > 1)
      .map(({ colour, dashes, marker }) => [colour, dashes, marker].join());
    expect(new Set(looks).size).toBe(looks.length);
  });
});

describe('reports as the library makes them', () => {
  it('are what the plots take', () => {
    type Metric = 'loss' | 'error';
    const rows = trajectory as unknown as SimultaneousConnectivityReport<Metric>;
    expect(trajectoryPlot(rows)).toBe(trajectoryPlot(trajectory));
    expect(matrixPlot(rows)).toBe(matrixPlot(trajectory));
    expect(pruningPlot({ ...pruning, report: { ...rows, steps: [0, 1, 2, 3] } })).toContain('<svg');
    const strong = widths as unknown as {
      width: number;
      report: StrongConnectivityReport<Metric>;
    }[];
    expect(widthPlot(strong)).toBe(widthPlot(widths));
    const surface = plane as unknown as LossPlaneReport<'loss'>;
    expect(lossPlanePlot(surface)).toBe(lossPlanePlot(plane));
    const comparisons: Record<string, PermutationComparison>[] = agreement.comparisons;
    expect(fixedPointsPlot({ ...agreement, comparisons })).toBe(fixedPointsPlot(agreement));
    const statistics: SimilarityStatistics = similarity;
    expect(similarityPlot(statistics)).toBe(similarityPlot(similarity));
    const measured = lines as unknown as { label: string; report: BarrierReport<Metric> }[];
    expect(barrierPlot(measured)).toBe(barrierPlot(lines));
  });
});

describe('reports out of JSON', () => {
  const again = <T>(report: T): T => JSON.parse(JSON.stringify(report));

  it('draw the same figures', () => {
    expect(barrierPlot(again(lines))).toBe(barrierPlot(lines));
    expect(trajectoryPlot(again(trajectory))).toBe(trajectoryPlot(trajectory));
    expect(matrixPlot(again(trajectory))).toBe(matrixPlot(trajectory));
    expect(similarityPlot(again(similarity))).toBe(similarityPlot(similarity));
    expect(fixedPointsPlot(again(agreement))).toBe(fixedPointsPlot(agreement));
    expect(hybridPlot(again(hybrids))).toBe(hybridPlot(hybrids));
    expect(transitivityPlot(again(paths))).toBe(transitivityPlot(paths));
    expect(connectivityMapPlot(again(map))).toBe(connectivityMapPlot(map));
  });
});
