import { widthPlot } from 'perm-lmc/plots';
import { describe, expect, it } from 'vitest';
import { curvesOf, near, read, xOf, yOf } from './drawn';
import { line, widths } from './reports';

describe('widthPlot', () => {
  it('draws the worst direct pair, the worst indirect one and the barycentre, in order of width', () => {
    const drawn = read(widthPlot([...widths].reverse()));
    const [direct, indirect, barycentre] = curvesOf(drawn);
    expect(direct.points[0]).toEqual([near(xOf(drawn, '32')), near(yOf(drawn, '0.2'))]);
    expect(indirect.points).toEqual([
      [near(xOf(drawn, '32')), near(yOf(drawn, '0.4'))],
      [near(xOf(drawn, '128')), near(yOf(drawn, '0.1'))],
    ]);
    expect(barycentre.points[0][1]).toBeCloseTo(yOf(drawn, '0.3'), 0);
  });

  it('counts a pair with a permutation of its own among those matched to each other', () => {
    const [{ width, report }] = widths;
    const pairs = report.pairs.map((pair) => ({
      ...pair,
      own: pair.kind === 'direct' ? null : line(0.3),
    }));
    const joint = report.pairs.map((pair) => ({ ...pair, kind: 'joint' as const }));
    const drawn = read(
      widthPlot([
        { width, report: { ...report, pairs } },
        { width: 64, report: { ...report, pairs: joint } },
      ]),
    );
    const [direct, , together] = drawn.series.filter(
      ({ points: [[, y]] }) => y > yOf(drawn, '0.4') - 1,
    );
    expect(direct.points[0][1]).toBeCloseTo(yOf(drawn, '0.3'), 0);
    expect(together.points).toEqual([[near(xOf(drawn, '64')), near(yOf(drawn, '0.4'))]]);
  });

  it('draws the worst pair and the barycentre of a joint match beside the others', () => {
    const simplex = { weights: [], loss: { max: 0.2, barycentre: 0.1 } };
    const joint = { barriers: [line(0.1), line(0.3), line(0.2)], simplex };
    const both = widths.map(({ width, report }) => ({ width, report: { ...report, joint } }));
    const drawn = read(widthPlot(both));
    const curves = curvesOf(drawn);
    expect(curves).toHaveLength(5);
    const heights = (value: string) => [near(yOf(drawn, value)), near(yOf(drawn, value))];
    expect(curves[2].points.map(([, y]) => y)).toEqual(heights('0.3'));
    expect(curves[4].points.map(([, y]) => y)).toEqual(heights('0.1'));
    const [{ width, report }] = widths;
    const lacking = { ...joint, simplex: { weights: [] } };
    expect(() => widthPlot([{ width, report: { ...report, joint: lacking } }])).toThrow(
      /joint\.simplex of the report of width 32/,
    );
  });

  it('leaves out curves that no report has', () => {
    const direct = widths.map(({ width, report }) => ({
      width,
      report: { ...report, pairs: report.pairs.slice(0, 2) },
    }));
    expect(curvesOf(read(widthPlot(direct)))).toHaveLength(2);
  });

  it('refuses a width twice, one that is not positive, and no report', () => {
    expect(() => widthPlot([widths[0], widths[0]])).toThrow(/reports\[1\] is 32 again/);
    expect(() => widthPlot([{ ...widths[0], width: 0 }])).toThrow(/reports\[0\] is 0\./);
    expect(() => widthPlot([])).toThrow(/must be a list of one or more/);
    expect(() => widthPlot(widths, { metric: 'f1' })).toThrow(
      /pairs\[0\] of the report of width 32/,
    );
  });
});
