import { connectivityMapPlot } from 'perm-lmc/plots';
import { describe, expect, it } from 'vitest';
import { colourOf } from '../../src/plots/colourOf';
import { ON_CELLS } from '../../src/plots/style';
import { type Drawn, read, xOf, yOf } from './drawn';
import { contrast } from './luminance';
import { map } from './reports';

/** The borders that the edge consists of, in pixels; the legend's swatch, a relative path, is left out. */
function edges({ elements }: Drawn) {
  const path = elements.filter(({ attributes }) => attributes.stroke === ON_CELLS.light).at(-1);
  return [...(path?.attributes.d ?? '').matchAll(/M([\d.]+) ([\d.]+)([VH])([\d.]+)/g)].map(
    ([, x, y, direction, end]) => ({ x: Number(x), y: Number(y), direction, end: Number(end) }),
  );
}

describe('connectivityMapPlot', () => {
  it('has a column for each width and a row for each depth, the deepest at the top', () => {
    const drawn = read(connectivityMapPlot(map));
    const cell = (value: string) =>
      drawn.texts.find(({ text, fill }) => text === value && fill !== undefined)!;
    expect(cell('0.30').x).toBeCloseTo(xOf(drawn, '64'), 0);
    expect(cell('0.30').y).toBeCloseTo(yOf(drawn, '4') + 4, 0);
    expect(cell('0.010').x).toBeCloseTo(xOf(drawn, '256'), 0);
    expect(cell('0.010').y).toBeCloseTo(yOf(drawn, '2') + 4, 0);
    expect(yOf(drawn, '4')).toBeLessThan(yOf(drawn, '2'));
    expect(drawn.texts.filter(({ fill }) => fill !== undefined)).toHaveLength(5);
  });

  it('separates cells at most at the tolerance from neighbours above it, not from unknown ones', () => {
    const drawn = read(connectivityMapPlot(map));
    const found = edges(drawn);
    // 0.05 counts as connected: the edge lies left of it and above it; 0.01 has no known cell above.
    expect(found.map(({ direction }) => direction).sort()).toEqual(['H', 'V']);
    const [[left], [above]] = ['V', 'H'].map((way) => found.filter((e) => e.direction === way));
    expect(left.x).toBeGreaterThan(xOf(drawn, '16'));
    expect(left.x).toBeLessThan(xOf(drawn, '64'));
    expect((left.y + left.end) / 2).toBeCloseTo(yOf(drawn, '2'), 0);
    expect((above.x + above.end) / 2).toBeCloseTo(xOf(drawn, '64'), 0);
    expect(above.y).toBeGreaterThan(yOf(drawn, '4'));
    expect(above.y).toBeLessThan(yOf(drawn, '2'));
  });

  it('has a legend of the edge and of missing cells, or says that there is none', () => {
    const labelsOf = (tolerance: number, barriers = map.barriers) =>
      read(connectivityMapPlot({ ...map, barriers, tolerance })).texts.map(({ text }) => text);
    expect(labelsOf(0.05)).toEqual(expect.arrayContaining(['edge at 0.05 nats', 'not measured']));
    expect(labelsOf(0.001)).toContain('all above 0.001 nats');
    const whole = [map.barriers[0], map.barriers[0]];
    expect(labelsOf(1, whole)).toContain('all at most 1 nats');
    expect(labelsOf(1, whole)).not.toContain('not measured');
    expect(edges(read(connectivityMapPlot({ ...map, tolerance: 1 })))).toEqual([]);
  });

  it('spreads small barriers on a symlog scale, and writes on all colours so that it can be read', () => {
    const values = [0, 0.05, 0.1, 0.2, 0.5, 1, 2];
    const barriers = [values];
    const one = { widths: values.map((_, i) => i + 1), depths: [1], barriers, tolerance: 0.05 };
    for (const scale of ['linear', 'symlog'] as const) {
      const { texts, elements } = read(connectivityMapPlot(one, { scale }));
      const fills = elements
        .filter(({ attributes }) => attributes['shape-rendering'])
        .map(({ attributes }) => attributes.fill);
      const inks = texts.filter(({ fill }) => fill !== undefined);
      expect(inks).toHaveLength(values.length);
      // symlog: log(1 + v / 0.05) / log(41); 0.05 lies at 0.187, 0.5 at 0.646
      const share = (value: number) =>
        scale === 'linear' ? value / 2 : Math.log1p(value / 0.05) / Math.log1p(40);
      for (const [i, value] of values.entries()) {
        const colour = colourOf(Math.round(share(value) * 128) / 128);
        expect(fills).toContain(colour);
        expect(contrast(inks[i].fill!, colour)).toBeGreaterThan(4.2);
      }
    }
  });

  it('has ticks of the colours in the unit of the metric', () => {
    const svg = connectivityMapPlot(
      { ...map, tolerance: 0.01 },
      { metric: 'error', scale: 'symlog' },
    );
    const labels = read(svg).texts.map(({ text }) => text);
    expect(labels).toEqual(expect.arrayContaining(['edge at 1 %', 'error barrier (%)', '0', '50']));
  });

  it('refuses widths that do not ascend, other shapes, no barrier, and a scale that lacks the tolerance', () => {
    const { barriers } = map;
    expect(() => connectivityMapPlot({ ...map, widths: [64, 16, 256] })).toThrow(
      /widths must ascend, received \[64,16,256\]/,
    );
    expect(() => connectivityMapPlot({ ...map, depths: [2] })).toThrow(
      /barriers has length 2, depths 1/,
    );
    expect(() => connectivityMapPlot({ ...map, barriers: [barriers[0], [1]] })).toThrow(
      /barriers\[1\] has length 1, widths 3/,
    );
    const none = [null, null, null];
    expect(() => connectivityMapPlot({ ...map, barriers: [none, none] })).toThrow(
      /the known barriers must be a list of one or more/,
    );
    expect(() =>
      connectivityMapPlot({ ...map, barriers: [barriers[0], [1, Number.NaN, 2]] }),
    ).toThrow(/barriers\[1\]\[1\] is NaN/);
    expect(() => connectivityMapPlot({ ...map, tolerance: 0 }, { scale: 'symlog' })).toThrow(
      /a tolerance of 0 has no scale 'symlog'/,
    );
  });
});
