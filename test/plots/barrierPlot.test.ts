import { InvalidInputError } from 'perm-lmc';
import { barrierPlot } from 'perm-lmc/plots';
import { describe, expect, it } from 'vitest';
import { curvesOf, near, read, xOf, yOf } from './drawn';
import { line } from './reports';

describe('barrierPlot', () => {
  // Ticks of 0.1 … 1.1 with zero are 0.0, 0.2 … 1.2; the middle of the parabola, 1.1, lies half-way
  // between 1.0 and 1.2, and alpha = 0.5 half-way between 0.4 and 0.6.
  it('draws a value half-way between two ticks half-way between them', () => {
    const drawn = read(barrierPlot(line(1)));
    const [{ points }] = curvesOf(drawn);
    expect(points).toHaveLength(5);
    const [x, y] = points[2];
    expect(y).toBeCloseTo((yOf(drawn, '1.0') + yOf(drawn, '1.2')) / 2, 0);
    expect(x).toBeCloseTo((xOf(drawn, '0.4') + xOf(drawn, '0.6')) / 2, 0);
    expect(points[0]).toEqual([
      near(xOf(drawn, '0.0')),
      near((yOf(drawn, '0.0') + yOf(drawn, '0.2')) / 2),
    ]);
  });

  it('names the axes and the curves, and says in words what they show', () => {
    const lines = [
      { label: 'no permutation', report: line(1.05) },
      { label: 'weight matching', report: line(0) },
    ];
    const { texts, elements } = read(barrierPlot(lines, { yLabel: 'test loss' }));
    const labels = ['α, from the first network (0) to the second (1)', 'test loss (nats)'];
    for (const label of [...labels, 'no permutation', 'weight matching']) {
      expect(texts.map(({ text }) => text)).toContain(label);
    }
    const words = elements.find(({ name }) => name === 'desc')!.text;
    expect(words).toContain('no permutation: 0.1 and 0.1 at the ends, at most 1.15, at 0.5.');
  });

  it('draws what is above the baseline, of another metric, as percentages', () => {
    // error: barrier of 0.8 / 4 = 20 %
    const drawn = read(barrierPlot(line(0.8), { metric: 'error', curve: 'barrier' }));
    const [{ points }] = curvesOf(drawn);
    expect(points[2][1]).toBeCloseTo(yOf(drawn, '20'), 0);
    expect(drawn.texts.map(({ text }) => text)).toContain('error above the baseline (%)');
  });

  it('places ticks at round numbers, with true minus signs', () => {
    const report = { alphas: [0, 1], loss: { values: [-0.3, 1.9] } };
    const ticks = read(barrierPlot(report)).texts.filter(({ anchor }) => anchor === 'end');
    expect(ticks.map(({ text }) => text)).toEqual(['−0.5', '0.0', '0.5', '1.0', '1.5', '2.0']);
  });

  it('has an axis for a constant zero, and for numbers that are tiny or huge', () => {
    for (const scale of [0, 1e-12, 1e12]) {
      const svg = barrierPlot({ alphas: [0, 1], loss: { values: [0, scale] } });
      const ticks = read(svg).texts.filter(({ anchor }) => anchor === 'end');
      expect(ticks.length).toBeGreaterThan(2);
      for (const { text } of ticks) expect(text.length).toBeLessThan(9);
    }
  });

  it('escapes labels, and cuts those that are too long for the figure', () => {
    const label = `<b>&"${'long '.repeat(60)}`;
    const { texts, elements } = read(barrierPlot([{ label, report: line(1) }]));
    expect(texts.some(({ text }) => /^<b>&"long .*…$/.test(text))).toBe(true);
    expect(elements.find(({ name }) => name === 'desc')!.text).toContain(label);
  });

  it('tells 16 curves apart and refuses a seventeenth', () => {
    const lines = Array.from({ length: 17 }, (_, i) => ({ label: `${i}`, report: line(i) }));
    const looks = curvesOf(read(barrierPlot(lines.slice(1)))).map(
      ({ colour, dashes, marker }) => `${colour} ${dashes} ${marker}`,
    );
    expect(new Set(looks).size).toBe(16);
    expect(() => barrierPlot(lines)).toThrow(/17 curves cannot be told apart/);
  });

  it('refuses what it cannot draw, and says what there is', () => {
    const diverged = { alphas: [0, 1], loss: { values: [Number.NaN, Infinity] } };
    const failures: [() => string, RegExp][] = [
      [
        () => barrierPlot([]),
        /the list of reports must be a list of one or more, received an empty list/,
      ],
      [
        () => barrierPlot(line(1), { metric: 'f1' }),
        /no metric 'f1'.*one of its metrics as metric: 'loss', 'error'/,
      ],
      [() => barrierPlot([{ label: 'diverged', report: diverged }]), /'diverged'\[0\] is NaN/],
      [() => barrierPlot({ alphas: [0], loss: { values: [1, 2] } }), /alphas .* length 1, .* 2/],
      [() => barrierPlot({ alphas: [0, 1] }), /a report that has metrics: this one has none/],
      [() => barrierPlot(null as never), /the report must be a report, received null/],
      [
        () => barrierPlot(line(1), { curve: 'max' as never }),
        /curve must be 'values' or 'barrier'/,
      ],
    ];
    for (const [work, message] of failures) {
      expect(work).toThrow(InvalidInputError);
      expect(work).toThrow(message);
    }
  });
});
