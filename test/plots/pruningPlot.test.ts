import { pruningPlot } from 'perm-lmc/plots';
import { describe, expect, it } from 'vitest';
import { curvesOf, read, xOf, yOf } from './drawn';
import { pruning } from './reports';

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
