import { transitivityPlot } from 'perm-lmc/plots';
import { describe, expect, it } from 'vitest';
import { curvesOf, near, read, xOf, yOf } from './drawn';
import { paths } from './reports';

describe('transitivityPlot', () => {
  it('draws the shares above and the barriers below, with a tick at each length', () => {
    const drawn = read(transitivityPlot(paths));
    const [h1, h2, unmatched, composed, direct] = curvesOf(drawn);
    expect(curvesOf(drawn)).toHaveLength(5);
    const xs = ['2', '3', '4'].map((length) => near(xOf(drawn, length)));
    for (const { points } of curvesOf(drawn)) expect(points.map(([x]) => x)).toEqual(xs);
    expect(h1.points[1][1]).toBeCloseTo(yOf(drawn, '60'), 0);
    expect(h2.points[2][1]).toBeCloseTo(yOf(drawn, '20'), 0);
    expect(composed.points[0][1]).toBeCloseTo(yOf(drawn, '0.2'), 0);
    expect(unmatched.points[0][1]).toBeCloseTo(yOf(drawn, '1.0'), 0);
    expect(direct.points[0][1]).toBeGreaterThan(composed.points[0][1]);
    expect(yOf(drawn, '0.2')).toBeGreaterThan(yOf(drawn, '20'));
  });

  it('has one panel for shares alone or barriers alone, and a lone length a place', () => {
    const { lengths, fractions, barriers } = paths;
    expect(curvesOf(read(transitivityPlot({ lengths, fractions })))).toHaveLength(2);
    const drawn = read(
      transitivityPlot({ lengths, barriers }, { metric: 'error', labels: { direct: 'own' } }),
    );
    expect(curvesOf(drawn)).toHaveLength(3);
    expect(drawn.texts.map(({ text }) => text)).toEqual(
      expect.arrayContaining(['own', 'error barrier (%)']),
    );
    const lone = read(transitivityPlot({ lengths: [2], fractions: { h: [0.5] } }));
    expect(xOf(lone, '2')).toBeGreaterThan(0);
  });

  it('refuses neither of both, other lengths, lengths that do not ascend, and shares outside [0, 1]', () => {
    const { lengths } = paths;
    expect(() => transitivityPlot({ lengths })).toThrow(/neither fractions nor barriers/);
    expect(() => transitivityPlot({ lengths, fractions: { h: [1] } })).toThrow(
      /fractions.h has length 1, lengths 3/,
    );
    expect(() => transitivityPlot({ lengths, fractions: { h: [1, 80, 1] } })).toThrow(
      /fractions.h\[1\] is 80, outside \[0, 1\]/,
    );
    expect(() => transitivityPlot({ ...paths, lengths: [2, 4, 3] })).toThrow(
      /lengths must ascend, received \[2,4,3\]/,
    );
    const lacking = { direct: [1, 1, 1] } as never;
    expect(() => transitivityPlot({ lengths, barriers: lacking })).toThrow(
      /barriers.composed must be a list/,
    );
  });
});
