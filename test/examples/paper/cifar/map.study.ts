import type { WeakConnectivityReport } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useStudies } from '../useStudies';

const { runStudy, takeNetworks, fileOf, expectFigure } = useStudies();

interface MapReport {
  readonly loss: { widths: number[]; depths: number[]; barriers: number[][] };
  readonly points: Record<string, WeakConnectivityReport<'loss' | 'trainLoss'>>;
  readonly others: Record<string, WeakConnectivityReport<'loss' | 'error'>>;
}

describe('the map over width and depth in quick mode', () => {
  it('matched barriers are below unmatched ones, and lower in wide networks', async () => {
    const { loss, points, others } = JSON.parse((await runStudy('cifar map', 'map'))!) as MapReport;
    const { depths, widths, barriers } = loss;
    for (const [i, depth] of depths.entries()) {
      const [narrow, wide] = widths.map((width, j) => {
        const { unmatched, matched } = points[`plain${depth}-${width}`].pairs[0];
        expect(barriers[i][j]).toBe(matched.loss.max);
        expect(matched.trainLoss.max).toBeLessThan(0.8 * unmatched.trainLoss.max);
        return matched.trainLoss.max;
      });
      expect(wide, `depth ${depth}`).toBeLessThan(0.8 * narrow);
    }
    const [vgg] = Object.values(others);
    expect(vgg.pairs[0].matched.error.max).toBeLessThan(vgg.pairs[0].unmatched.error.max);
    expect(vgg.verdict.holds).toBe(false);
    expectFigure('map', 'map-loss');
    expectFigure('map', 'map-error');
    expect(fileOf('map', 'tables.md')).toContain('| vgg16-1/8, PyTorch |');
  });

  it('one that is killed half-way goes on to the same report', async () => {
    takeNetworks('map', 'interrupted');
    expect(await runStudy('cifar map', 'interrupted', 'plain2-32: unmatched')).toBeNull();
    await runStudy('cifar map', 'interrupted');
    expect(fileOf('interrupted', 'report.json')).toBe(fileOf('map', 'report.json'));
  });
});
