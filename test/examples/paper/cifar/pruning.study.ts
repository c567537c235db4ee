import type { SimultaneousConnectivityReport } from 'perm-lmc';
import { beforeAll, describe, expect, it } from 'vitest';
import { useStudies } from '../useStudies';

const { runStudy, fileOf, expectFigure } = useStudies();

interface PruningStudy {
  report: SimultaneousConnectivityReport<'loss' | 'error'>;
  masks: { way: string; mask: string; accuracy: number }[];
}

describe('pruning on CIFAR-10 in quick mode', () => {
  let study: PruningStudy;
  beforeAll(async () => {
    study = JSON.parse((await runStudy('cifar pruning', 'pruning'))!);
  });

  it('has lower error barriers with the dense permutation than without, at every level', () => {
    const { one, unmatched } = study.report;
    for (const [level, { error }] of one.entries()) {
      expect(error.max, `level ${level}`).toBeLessThan(0.8 * unmatched[level].error.max);
    }
  });

  it('has figures of all levels and of the masks', () => {
    expectFigure('pruning', 'pruning-levels');
    expectFigure('pruning', 'pruning-levels-error');
    expectFigure('pruning', 'pruning-masks-iterative');
    expectFigure('pruning', 'pruning-masks-one-shot');
  });

  it('goes on to the same report after it is killed between two levels', async () => {
    expect(await runStudy('cifar pruning', 'killed', 'network 1, level 1')).toBeNull();
    expect(await runStudy('cifar pruning', 'killed')).toBe(fileOf('pruning', 'report.json'));
  });
});
