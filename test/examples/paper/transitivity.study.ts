import { describe, expect, it } from 'vitest';
import { useStudies } from './useStudies';

const { runStudy, takeNetworks, fileOf, expectFigure } = useStudies();

type Barriers = Record<'unmatched' | 'composed' | 'direct', { loss: number; error: number }>;
interface Path extends Barriers {
  seeds: number[];
  comparison: Record<string, { size: number; fraction: number }>;
}

describe('transitivity in quick mode', () => {
  it('composed matches agree with direct ones above chance, less on longer paths, and cost a barrier', async () => {
    const { results } = JSON.parse((await runStudy('transitivity', 'transitivity'))!) as {
      results: { width: number; paths: Path[] }[];
    };
    for (const { width, paths } of results) {
      const [short, , long] = [3, 4, 5].map((nodes) =>
        paths.filter(({ seeds }) => seeds.length === nodes),
      );
      const agreement = (own: Path[]) =>
        mean(
          own.flatMap(({ comparison }) => Object.values(comparison).map((each) => each.fraction)),
        );
      const loss = (own: Path[], kind: keyof Barriers) => mean(own.map((path) => path[kind].loss));
      expect(agreement(short), `${width}`).toBeGreaterThan(3 / width);
      expect(agreement(long), `${width}`).toBeLessThan(0.7 * agreement(short));
      expect(loss(short, 'composed'), `${width}`).toBeGreaterThan(1.3 * loss(short, 'direct'));
      expect(loss(short, 'composed'), `${width}`).toBeLessThan(0.6 * loss(short, 'unmatched'));
      expect(loss(long, 'composed'), `${width}`).toBeGreaterThan(1.2 * loss(short, 'composed'));
      expectFigure('transitivity', `transitivity-${width}`);
    }
    expect(fileOf('transitivity', 'tables.md')).toContain('by chance');
  });

  it('one that is killed half-way goes on to the same report', async () => {
    takeNetworks('transitivity', 'interrupted');
    expect(await runStudy('transitivity', 'interrupted', 'width 16: direct')).toBeNull();
    expect(await runStudy('transitivity', 'interrupted')).toBe(
      fileOf('transitivity', 'report.json'),
    );
  });
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
