import { matrixPlot } from 'perm-lmc/plots';
import { describe, expect, it } from 'vitest';
import { COLOUR_STOPS, colourOf } from '../../src/plots/colourOf';
import { read, xOf } from './drawn';
import { contrast } from './luminance';
import { trajectory } from './reports';

describe('matrixPlot', () => {
  it('has a row from the top for each s and a column for each t, the barrier in each cell', () => {
    const drawn = read(matrixPlot(trajectory));
    const cell = (value: string) =>
      drawn.texts.find(({ text, fill }) => text === value && fill !== undefined)!;
    // s = 1, t = 2 is 0.1 + 0.04; s = 3, t = 0 is 0.3
    expect(cell('0.14').x).toBeCloseTo(xOf(drawn, '100'), 0);
    expect(cell('0.30').x).toBeCloseTo(xOf(drawn, '0'), 0);
    expect(cell('0.14').y).toBeLessThan(cell('0.30').y);
    expect(cell('0.000')).toBeDefined();
    expect(drawn.texts.filter(({ fill }) => fill !== undefined)).toHaveLength(16);
  });

  it('gives greater barriers lighter cells, and writes on both so that it can be read', () => {
    const drawn = read(
      matrixPlot({
        steps: [0, 1],
        matrix: {
          loss: [
            [0, 0.5],
            [0.5, 1],
          ],
        },
      }),
    );
    const fills = drawn.elements
      .filter(({ attributes }) => attributes['shape-rendering'])
      .slice(0, 3)
      .map(({ attributes }) => attributes.fill);
    expect(fills).toEqual([COLOUR_STOPS[0], COLOUR_STOPS[4], COLOUR_STOPS[8]]);
    for (const { text, fill } of drawn.texts.filter((each) => each.fill)) {
      const share = Number(text);
      expect(contrast(fill!, colourOf(share))).toBeGreaterThan(4.5);
    }
  });

  it('leaves the numbers out where they do not fit; the legend tells them', () => {
    const steps = Array.from({ length: 40 }, (_, i) => i);
    const loss = steps.map((s) => steps.map((t) => s * t));
    const { texts } = read(matrixPlot({ steps, matrix: { loss } }));
    expect(texts.filter(({ fill }) => fill !== undefined)).toHaveLength(0);
    expect(texts.map(({ text }) => text)).toContain('loss barrier (nats)');
  });

  it('refuses a matrix that is null, not square, without the metric, or not finite', () => {
    const steps = [0, 1];
    const ofRows =
      (...loss: number[][]) =>
      () =>
        matrixPlot({ steps, matrix: { loss } });
    expect(() => matrixPlot({ steps, matrix: null })).toThrow(/is null.*\{ matrix: true \}/);
    expect(ofRows([1, 2])).toThrow(/matrix.loss has length 1, steps 2/);
    expect(ofRows([1, 2], [3])).toThrow(/matrix.loss\[1\] has length 1, steps 2/);
    expect(ofRows([1, 2], [3, Number.NaN])).toThrow(/matrix.loss\[1\]\[1\] is NaN/);
    expect(() => matrixPlot(trajectory, { metric: 'error' })).toThrow(
      /one of its metrics as metric: 'loss'/,
    );
  });
});
