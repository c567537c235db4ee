import { InvalidInputError } from 'perm-lmc';
import { barrierPlot, pruningPlot, trajectoryPlot, widthPlot } from 'perm-lmc/plots';
import { describe, expect, it } from 'vitest';
import { curvesOf, read, xOf, yOf } from './drawn';
import { line, pruning, trajectory, widths } from './reports';

const near = (value: number) => expect.closeTo(value, 0);

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
      [() => barrierPlot([]), /the list of reports must be a list of one or more, received none/],
      [
        () => barrierPlot(line(1), { metric: 'f1' }),
        /no metric 'f1'.*those there are: 'loss', 'error'/,
      ],
      [() => barrierPlot([{ label: 'diverged', report: diverged }]), /'diverged'\[0\] is NaN/],
      [() => barrierPlot({ alphas: [0], loss: { values: [1, 2] } }), /alphas .* length 1, .* 2/],
      [() => barrierPlot({ alphas: [0, 1] }), /It has no metric at all/],
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

describe('trajectoryPlot', () => {
  it('draws a curve for each row, at the barrier of each step', () => {
    const drawn = read(trajectoryPlot(trajectory));
    const [none, own, one] = curvesOf(drawn);
    expect(curvesOf(drawn)).toHaveLength(3);
    expect(none.points[3]).toEqual([near(xOf(drawn, '1000')), near(yOf(drawn, '1.2'))]);
    expect(own.points[0]).toEqual([near(xOf(drawn, '0')), near(yOf(drawn, '0.0'))]);
    expect(one.points[1][1]).toBeCloseTo((yOf(drawn, '0.0') + yOf(drawn, '0.2')) / 2, 0);
    const labels = drawn.texts.map(({ text }) => text);
    expect(labels).toContain('permutation found at step 1000');
    expect(labels).toContain('loss barrier (nats)');
  });

  it('places equal ratios equally far apart on a logarithmic axis', () => {
    const part = { steps: [1, 10, 100], own: trajectory.own.slice(1) };
    const drawn = read(trajectoryPlot(part, { scale: 'log' }));
    const [x1, x10, x100] = ['1', '10', '100'].map((label) => xOf(drawn, label));
    expect(x10 - x1).toBeCloseTo(x100 - x10, 0);
    expect(curvesOf(drawn)[0].points.map(([x]) => x)).toEqual([near(x1), near(x10), near(x100)]);
  });

  // log(1 + step / 10) of 0, 10, 100, 1000: 0, log 2, log 11, log 101
  it('has a place for step 0 on a symlog axis', () => {
    const drawn = read(trajectoryPlot(trajectory, { scale: 'symlog' }));
    const [{ points }] = curvesOf(drawn);
    const share = (points[1][0] - points[0][0]) / (points[3][0] - points[0][0]);
    expect(share).toBeCloseTo(Math.log(2) / Math.log(101), 2);
    expect(() => trajectoryPlot(trajectory, { scale: 'log' })).toThrow(/steps has 0.*'symlog'/);
  });

  it('draws rows of permutations given from outside under their names', () => {
    const given = { identity: { barriers: trajectory.none } };
    const drawn = read(trajectoryPlot({ ...trajectory, given }));
    expect(curvesOf(drawn)[3].points).toEqual(curvesOf(drawn)[0].points);
    expect(drawn.texts.map(({ text }) => text)).toContain('identity');
  });

  it('draws further rows and takes other labels', () => {
    const further = [{ label: 'activation matching', reports: trajectory.own }];
    const drawn = read(trajectoryPlot(trajectory, { further, labels: { none: 'as trained' } }));
    expect(curvesOf(drawn)).toHaveLength(4);
    const labels = drawn.texts.map(({ text }) => text);
    expect(labels).toEqual(expect.arrayContaining(['activation matching', 'as trained']));
  });

  it('refuses rows of other lengths, no rows, and a step that there is not', () => {
    const short = { ...trajectory, own: trajectory.own.slice(1) };
    expect(() => trajectoryPlot(short)).toThrow(/own has length 3, steps 4/);
    expect(() => trajectoryPlot({ steps: [1] })).toThrow(/none of the rows/);
    const diverged = { ...line(1), loss: { max: Number.NaN } };
    expect(() => trajectoryPlot({ steps: [1], one: [diverged] })).toThrow(
      /loss.max of one\[0\] is NaN/,
    );
    expect(() => trajectoryPlot({ ...trajectory, from: 4 })).toThrow(/from is 4, of 4 steps/);
    expect(() => trajectoryPlot({ steps: [] })).toThrow(/steps must be a list of one or more/);
    expect(() => trajectoryPlot(trajectory, { metric: 'f1' })).toThrow(
      /none\[0\] has no metric 'f1'/,
    );
  });
});

describe('pruningPlot', () => {
  it('draws equal ratios of density equally far apart, the dense network first', () => {
    const drawn = read(pruningPlot(pruning));
    const [none, , , accuracyA] = curvesOf(drawn);
    const xs = none.points.map(([x]) => x);
    expect(xs[0]).toBeCloseTo(xOf(drawn, '100'), 0);
    expect(xs[1] - xs[0]).toBeGreaterThan(0);
    expect(xs[2] - xs[1]).toBeCloseTo(xs[1] - xs[0], 0);
    expect(accuracyA.points.map(([x]) => x)).toEqual(xs);
    // 0.97 lies a quarter of the way from 98 % to 94 %
    const [y94, y98] = [yOf(drawn, '94'), yOf(drawn, '98')];
    expect(accuracyA.points[1][1]).toBeCloseTo(y98 + (y94 - y98) / 4, 0);
  });

  it('tells densities or sparsities at the same places', () => {
    const dense = read(pruningPlot(pruning));
    const sparse = read(pruningPlot(pruning, { ticks: 'sparsity' }));
    expect(xOf(dense, '20')).toBe(xOf(sparse, '80'));
    expect(sparse.texts.map(({ text }) => text)).toContain('weights pruned (%)');
  });

  it('has one panel without accuracies', () => {
    const drawn = read(pruningPlot({ ...pruning, accuracies: [] }));
    expect(curvesOf(drawn)).toHaveLength(3);
    expect(drawn.texts.map(({ text }) => text)).not.toContain('accuracy (%)');
  });

  it('refuses densities outside (0, 1] and lists of other lengths', () => {
    const densities = [1, 0.5, 0.25, 0];
    expect(() => pruningPlot({ ...pruning, densities })).toThrow(
      /densities has 0, outside \(0, 1\]/,
    );
    expect(() => pruningPlot({ ...pruning, densities: [1] })).toThrow(
      /steps has length 4, densities 1/,
    );
    const accuracies = [{ label: 'A', values: [1] }];
    expect(() => pruningPlot({ ...pruning, accuracies })).toThrow(/accuracies of 'A' has length 1/);
  });
});

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
