import { fixedPointsPlot } from 'perm-lmc/plots';
import { describe, expect, it } from 'vitest';
import { COLOUR_STOPS } from '../../src/plots/colourOf';
import { read, xOf, yOf } from './drawn';
import { agreement } from './reports';

describe('fixedPointsPlot', () => {
  it('has a row for each group with its size, and the share in percent at each step', () => {
    const drawn = read(fixedPointsPlot(agreement));
    const cells = drawn.texts.filter(({ fill }) => fill !== undefined);
    // of h1: 1, 2 and 4 of 4; of h2: 1, 4 and 8 of 8
    expect(cells.map(({ text }) => text)).toEqual(['25', '50', '100', '13', '50', '100']);
    for (const [i, step] of ['0', '150', '2000'].entries()) {
      expect(cells[i].x).toBeCloseTo(xOf(drawn, step), 0);
      expect(cells[3 + i].x).toBeCloseTo(xOf(drawn, step), 0);
    }
    expect(cells[1].y).toBeCloseTo(yOf(drawn, 'h1 (4)') + 4, 0);
    expect(cells[4].y).toBeCloseTo(yOf(drawn, 'h2 (8)') + 4, 0);
    expect(yOf(drawn, 'h1 (4)')).toBeLessThan(yOf(drawn, 'h2 (8)'));
  });

  it('colours shares from 0 to 100 %, whatever the least and the greatest are', () => {
    const comparisons = [0.5, 0.5].map((fraction) => ({ h: { fraction } }));
    const { elements, texts } = read(fixedPointsPlot({ steps: [0, 1], comparisons }));
    const fill = elements.find(({ attributes }) => attributes['shape-rendering'])!.attributes.fill;
    expect(fill).toBe(COLOUR_STOPS[4]);
    const labels = texts.map(({ text }) => text);
    expect(labels).toEqual(expect.arrayContaining(['h', 'group', '100', 'fixed points (%)']));
  });

  it('takes shares without sizes, in any order of the groups', () => {
    const comparisons = [
      { a: { fraction: 0 }, b: { fraction: 1 } },
      { b: { fraction: 0.5 }, a: { fraction: 0.2 } },
    ];
    const { texts } = read(fixedPointsPlot({ steps: [0, 1], comparisons }));
    const cells = texts.filter(({ fill }) => fill !== undefined).map(({ text }) => text);
    expect(cells).toEqual(['0.000', '20', '100', '50']);
  });

  it('refuses other groups at another step, missing steps, and shares outside [0, 1]', () => {
    const ofShares =
      (...comparisons: Record<string, { fraction: number }>[]) =>
      () =>
        fixedPointsPlot({ steps: [0, 1], comparisons });
    const h = { fraction: 1 };
    expect(ofShares({ h })).toThrow(/comparisons has length 1, steps 2/);
    expect(ofShares({ h }, { g: h })).toThrow(/comparisons\[1\] has the groups \[g\].*\[h\]/);
    expect(ofShares({}, {})).toThrow(/comparisons\[0\] has the groups \[\]/);
    expect(ofShares({ h }, { h: { fraction: 12 } })).toThrow(
      /comparisons\[1\].h.fraction is 12, outside \[0, 1\]/,
    );
    expect(ofShares({ h }, { h: { fraction: Number.NaN } })).toThrow(/fraction is NaN/);
    expect(ofShares({ h }, null as never)).toThrow(/comparisons\[1\] must be a report/);
  });
});
