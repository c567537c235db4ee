import { lossPlanePlot, matrixPlot, similarityPlot } from 'perm-lmc/plots';
import { describe, expect, it } from 'vitest';
import { COLOUR_STOPS, colourOf } from '../../src/plots/colourOf';
import { read, xOf } from './drawn';
import { plane, similarity, trajectory } from './reports';

describe('the colour map', () => {
  it('rises in lightness by equal steps', () => {
    const lightness = Array.from({ length: 33 }, (_, i) => lightnessOf(colourOf(i / 32)));
    const steps = lightness.slice(1).map((value, i) => value - lightness[i]);
    const even = (lightness[32] - lightness[0]) / 32;
    for (const step of steps) expect(Math.abs(step - even)).toBeLessThan(0.8);
    expect(COLOUR_STOPS.map((stop) => Math.round(lightnessOf(stop)))).toEqual([
      18, 27, 37, 46, 55, 65, 74, 84, 93,
    ]);
  });
});

describe('matrixPlot', () => {
  it('has a row from the top for each s and a column for each t, the barrier in each cell', () => {
    const drawn = read(matrixPlot(trajectory));
    const cell = (value: string) =>
      drawn.texts.find(({ text, fill }) => text === value && fill !== undefined)!;
    // s = 1, t = 2 is 0.1 + 0.04; s = 3, t = 0 is 0.3
    expect(cell('0.14').x).toBeCloseTo(xOf(drawn, '100'), 0);
    expect(cell('0.30').x).toBeCloseTo(xOf(drawn, '0'), 0);
    expect(cell('0.14').y).toBeLessThan(cell('0.30').y);
    expect(cell('0.000')).toBeDefined();
    expect(drawn.texts.filter(({ fill }) => fill !== undefined)).toHaveLength(16);
  });

  it('gives greater barriers lighter cells, and writes on both so that it can be read', () => {
    const drawn = read(
      matrixPlot({
        steps: [0, 1],
        matrix: {
          loss: [
            [0, 0.5],
            [0.5, 1],
          ],
        },
      }),
    );
    const fills = drawn.elements
      .filter(({ attributes }) => attributes['shape-rendering'])
      .slice(0, 3)
      .map(({ attributes }) => attributes.fill);
    expect(fills).toEqual([COLOUR_STOPS[0], COLOUR_STOPS[4], COLOUR_STOPS[8]]);
    for (const { text, fill } of drawn.texts.filter((each) => each.fill)) {
      const share = Number(text);
      expect(contrast(fill!, colourOf(share))).toBeGreaterThan(4.5);
    }
  });

  it('leaves the numbers out where they do not fit; the legend tells them', () => {
    const steps = Array.from({ length: 40 }, (_, i) => i);
    const loss = steps.map((s) => steps.map((t) => s * t));
    const { texts } = read(matrixPlot({ steps, matrix: { loss } }));
    expect(texts.filter(({ fill }) => fill !== undefined)).toHaveLength(0);
    expect(texts.map(({ text }) => text)).toContain('loss barrier (nats)');
  });

  it('refuses a matrix that is null, not square, without the metric, or not finite', () => {
    const steps = [0, 1];
    const ofRows =
      (...loss: number[][]) =>
      () =>
        matrixPlot({ steps, matrix: { loss } });
    expect(() => matrixPlot({ steps, matrix: null })).toThrow(/is null.*\{ matrix: true \}/);
    expect(ofRows([1, 2])).toThrow(/matrix.loss has length 1, steps 2/);
    expect(ofRows([1, 2], [3])).toThrow(/matrix.loss\[1\] has length 1, steps 2/);
    expect(ofRows([1, 2], [3, Number.NaN])).toThrow(/matrix.loss\[1\]\[1\] is NaN/);
    expect(() => matrixPlot(trajectory, { metric: 'error' })).toThrow(/those there are: 'loss'/);
  });
});

describe('lossPlanePlot', () => {
  it('marks the networks where they lie, on axes of the same scale', () => {
    const drawn = read(lossPlanePlot(plane, { names: ['A', 'P[B]', 'Q[C]'] }));
    const marks = drawn.elements
      .filter(({ name }) => name === 'circle')
      .map(({ attributes }) => [Number(attributes.cx), Number(attributes.cy)]);
    const [a, b, c] = marks;
    expect(a[0]).toBeCloseTo(xOf(drawn, '0.0'), 0);
    expect(b[0] - a[0]).toBeCloseTo(a[1] - c[1], 0);
    expect([b[1], c[0]]).toEqual([a[1], a[0]]);
    const labels = drawn.texts.map(({ text }) => text);
    expect(labels).toEqual(
      expect.arrayContaining(['A', 'P[B]', 'Q[C]', 'distance along P[B] − A']),
    );
  });

  it('has bands at equal differences or at round ratios, and names their edges', () => {
    const edges = (scale: 'linear' | 'log') =>
      read(lossPlanePlot(plane, { scale }))
        .texts.filter(({ anchor }) => anchor === 'start')
        .map(({ text }) => text)
        .slice(1);
    expect(edges('linear').slice(0, 3)).toEqual(['0.0', '0.2', '0.4']);
    expect(edges('log')).toEqual(['0.1', '0.15', '0.2', '0.3', '0.5', '0.7', '1', '1.5', '2', '3']);
  });

  it('refuses grids and values that do not fit', () => {
    const { loss } = plane;
    expect(() => lossPlanePlot({ ...plane, xs: [0, 2, 1] })).toThrow(/xs must be two or more, asc/);
    expect(() => lossPlanePlot({ ...plane, ys: [0, 1] })).toThrow(/loss.values has length 3, ys 2/);
    expect(() => lossPlanePlot({ ...plane, networks: [[0, 0]] })).toThrow(/networks has length 1/);
    const negative = {
      ...plane,
      loss: { values: loss.values.map((row) => row.map((v) => v - 0.1)) },
    };
    expect(() => lossPlanePlot(negative, { scale: 'log' })).toThrow(/no logarithm.*'linear'/);
    expect(() => lossPlanePlot(plane, { metric: 'error' })).toThrow(/those there are: 'loss'/);
  });
});

describe('similarityPlot', () => {
  it('draws the quantiles of every group where they lie', () => {
    const drawn = read(similarityPlot(similarity));
    const wide = drawn.elements
      .filter(({ attributes }) => attributes['stroke-width'] === '1.5')
      .map(({ attributes }) =>
        /^M([\d.]+) [\d.]+H([\d.]+)$/.exec(attributes.d)!.slice(1).map(Number),
      )
      .slice(2);
    // h1 before from −2 to 2, h1 after from 0 to 10, h2 after from 1 to 5
    const unit = (xOf(drawn, '10') - xOf(drawn, '0')) / 10;
    const places = wide.map((ends) => ends.map((x) => (x - xOf(drawn, '0')) / unit));
    expect(places).toEqual([
      [near(-2), near(2)],
      [near(0), near(10)],
      [near(1), near(5)],
    ]);
    expect(drawn.texts.map(({ text }) => text)).toEqual(
      expect.arrayContaining(['h1 (512)', 'h2 (64)', 'before matching', 'after matching']),
    );
    function near(value: number) {
      return expect.closeTo(value, 1);
    }
  });

  it('tells before from after by colour and by filling', () => {
    const groups = read(similarityPlot(similarity)).elements.filter(
      ({ name, attributes }) => name === 'g' && attributes.color,
    );
    const looks = groups
      .slice(0, 2)
      .map(({ attributes, children }) => [attributes.color, children[1].attributes.fill]);
    expect(looks[0][0]).not.toBe(looks[1][0]);
    expect(looks.map(([, fill]) => fill)).toEqual(['none', 'currentColor']);
  });

  it('refuses quantiles out of order, other lengths and no groups', () => {
    const { groups } = similarity;
    const quantiles = [0, 0.5, 0.25, 0.75, 1];
    expect(() => similarityPlot({ groups, quantiles })).toThrow(/do not ascend in \[0, 1\]/);
    expect(() => similarityPlot({ groups, quantiles: [0.5] })).toThrow(/'before' of group 'h1'/);
    expect(() => similarityPlot({ groups: {}, quantiles: [0.5] })).toThrow(/there is no group/);
  });
});

/** L* of CIELAB, computed from the definition. */
function lightnessOf(colour: string): number {
  const y = luminance(colour);
  return y > 216 / 24389 ? 116 * Math.cbrt(y) - 16 : (y * 24389) / 27;
}

/** The contrast ratio of WCAG 2. */
function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((p, q) => p - q);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
