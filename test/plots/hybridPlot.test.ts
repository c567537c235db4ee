import { hybridPlot } from 'perm-lmc/plots';
import { describe, expect, it } from 'vitest';
import { curvesOf, near, read, xOf, yOf } from './drawn';
import { hybrids } from './reports';

describe('hybridPlot', () => {
  it('has a row for each layer, the input at the bottom, and each barrier at its place', () => {
    const drawn = read(hybridPlot(hybrids));
    const [bottomUp, topDown, leftOut, putIn] = curvesOf(drawn);
    const rows = hybrids.layers.map((layer) => near(yOf(drawn, layer)));
    expect(yOf(drawn, 'conv1')).toBeGreaterThan(yOf(drawn, 'fc'));
    for (const curve of [bottomUp, topDown, leftOut, putIn]) {
      expect(curve.points.map(([, y]) => y)).toEqual(rows);
    }
    const [x2, x4] = [xOf(drawn, '0.2'), xOf(drawn, '0.4')];
    expect(bottomUp.points.map(([x]) => x)).toEqual([near(xOf(drawn, '0.6')), near(x4), near(x2)]);
    expect(topDown.points.slice(0, 2).map(([x]) => x)).toEqual([near(x2), near((x2 + x4) / 2)]);
    expect(putIn.points[1][0]).toBeCloseTo(xOf(drawn, '0.8'), 0);
  });

  it('draws the ends as lines across all layers', () => {
    const drawn = read(hybridPlot(hybrids));
    const [none, all] = curvesOf(drawn).slice(4);
    expect(none.points.map(([x]) => x)).toEqual([near(xOf(drawn, '1.0')), near(xOf(drawn, '1.0'))]);
    expect(all.points.map(([x]) => x)).toEqual([near(xOf(drawn, '0.2')), near(xOf(drawn, '0.2'))]);
    for (const { points } of [none, all]) {
      expect(points[0][1]).toBeGreaterThan(yOf(drawn, 'conv1'));
      expect(points[1][1]).toBeLessThan(yOf(drawn, 'fc'));
    }
  });

  it('draws the kinds that are given, with their labels', () => {
    const { layers, putIn } = hybrids;
    const drawn = read(
      hybridPlot({ layers, putIn }, { metric: 'error', labels: { putIn: 'late layer' } }),
    );
    expect(curvesOf(drawn)).toHaveLength(1);
    const labels = drawn.texts.map(({ text }) => text);
    expect(labels).toEqual(expect.arrayContaining(['late layer', 'error barrier (%)', '80']));
  });

  it('shortens names of layers that are too long, and keeps all of them', () => {
    const layers = Array.from({ length: 20 }, (_, i) => `stage${i}.`.repeat(12));
    const drawn = read(hybridPlot({ layers, putIn: layers.map((_, i) => i) }, { width: 400 }));
    const names = drawn.texts.filter(({ text }) => text.startsWith('stage'));
    expect(names).toHaveLength(20);
    const rows = names.map(({ y }) => y).sort((a, b) => a - b);
    for (const [i, y] of rows.slice(1).entries()) expect(y - rows[i]).toBeGreaterThan(15);
  });

  it('refuses no list at all, other lengths and values that are not finite', () => {
    const { layers } = hybrids;
    expect(() => hybridPlot({ layers })).toThrow(/none of bottomUp, topDown, leftOut and putIn/);
    expect(() => hybridPlot({ layers: [], putIn: [] })).toThrow(/layers must be a list of one/);
    expect(() => hybridPlot({ layers, putIn: [1] })).toThrow(/putIn has length 1, layers 3/);
    expect(() => hybridPlot({ layers, putIn: [1, 2, Number.NaN] })).toThrow(/putIn\[2\] is NaN/);
    expect(() => hybridPlot({ ...hybrids, ends: { none: 1 } as never })).toThrow(
      /ends.all is undefined/,
    );
  });
});
