import { lossPlanePlot } from 'perm-lmc/plots';
import { describe, expect, it } from 'vitest';
import { read, xOf } from './drawn';
import { plane } from './reports';

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
    expect(() => lossPlanePlot(plane, { metric: 'error' })).toThrow(
      /one of its metrics as metric: 'loss'/,
    );
  });
});
