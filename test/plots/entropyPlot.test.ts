import { entropyPlot } from 'perm-lmc/plots';
import { describe, expect, it } from 'vitest';
import { curvesOf, near, read, xOf, yOf } from './drawn';
import { entropies } from './reports';

describe('entropyPlot', () => {
  it('draws a curve for each group, from 0 to 1 over a logarithmic axis', () => {
    const drawn = read(entropyPlot(entropies));
    const [h1, h2] = curvesOf(drawn);
    expect(h1.points[2][0]).toBeCloseTo(xOf(drawn, '2'), 0);
    expect(h1.points[0][1]).toBeCloseTo(yOf(drawn, '0.0'), 0);
    expect(h1.points[3][1]).toBeCloseTo(yOf(drawn, '1.0'), 0);
    expect(h2.points[0][1]).toBeCloseTo(yOf(drawn, '0.2'), 0);
    const [first, second, third] = h1.points.map(([x]) => x);
    expect(third - second).toBeCloseTo(second - first, 0);
    expect(drawn.texts.map(({ text }) => text)).toEqual(
      expect.arrayContaining(['h1 (30)', 'h2 (10)']),
    );
  });

  // (30 · 0.5 + 10 · 0.9) / 40 = 0.6
  it('draws the mean over the units of each of several reports', () => {
    const other = { ...entropies, groups: { h1: entropies.groups.h1 } };
    const reports = [
      { label: 'both', report: entropies },
      { label: 'one', report: other },
    ];
    const drawn = read(entropyPlot(reports, { scale: 'linear' }));
    const [both, one] = curvesOf(drawn);
    expect(both.points[2]).toEqual([near(xOf(drawn, '2')), near(yOf(drawn, '0.6'))]);
    expect(one.points[2][1]).toBeCloseTo((yOf(drawn, '0.4') + yOf(drawn, '0.6')) / 2, 0);
  });

  it('refuses temperatures that do not ascend, other lengths, no groups and what is no entropy', () => {
    const { temperatures, groups } = entropies;
    const { h1 } = groups;
    const of = (own: object) => ({ temperatures, groups: { h1: { ...h1, ...own } } });
    expect(() => entropyPlot({ groups, temperatures: [1, 1, 2, 3] })).toThrow(
      /temperatures must ascend/,
    );
    expect(() => entropyPlot({ groups, temperatures: [1, 2] })).toThrow(/'entropy' of group 'h1'/);
    expect(() => entropyPlot({ temperatures, groups: {} })).toThrow(/at least one group/);
    expect(() => entropyPlot(of({ entropy: [0, 0, 0, 1.5] }))).toThrow(/has 1\.5, which is not in/);
    expect(() => entropyPlot(of({ units: 0 }))).toThrow(/'units' of group 'h1' is 0/);
    expect(() => entropyPlot([])).toThrow(/one or more/);
    expect(() => entropyPlot({ temperatures: [0, 1, 2, 3], groups })).toThrow(/'symlog'/);
  });
});
