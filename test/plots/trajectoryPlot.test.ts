import { trajectoryPlot } from 'perm-lmc/plots';
import { describe, expect, it } from 'vitest';
import { curvesOf, near, read, xOf, yOf } from './drawn';
import { line, trajectory } from './reports';

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
    const given = { identity: { barriers: trajectory.unmatched } };
    const drawn = read(trajectoryPlot({ ...trajectory, given }));
    expect(curvesOf(drawn)[3].points).toEqual(curvesOf(drawn)[0].points);
    expect(drawn.texts.map(({ text }) => text)).toContain('identity');
  });

  it('draws further rows and takes other labels', () => {
    const further = [{ label: 'activation matching', reports: trajectory.own }];
    const drawn = read(
      trajectoryPlot(trajectory, { further, labels: { unmatched: 'as trained' } }),
    );
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
    expect(() => trajectoryPlot({ ...trajectory, from: 4 })).toThrow(
      /from must be an index of the 4 steps, received 4/,
    );
    expect(() => trajectoryPlot({ steps: [] })).toThrow(/steps must be a list of one or more/);
    expect(() => trajectoryPlot(trajectory, { metric: 'f1' })).toThrow(
      /unmatched\[0\] has no metric 'f1'/,
    );
  });
});
