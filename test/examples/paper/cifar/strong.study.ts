import type { StrongConnectivityReport } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useStudies } from '../useStudies';

const { runStudy, fileOf, expectFigure } = useStudies();

describe('strong connectivity on CIFAR-10 in quick mode', () => {
  it('the joint match is better than the match to the first, and wide networks than narrow ones', async () => {
    const { results } = JSON.parse((await runStudy('cifar strong', 'strong'))!) as {
      results: Record<string, { report: StrongConnectivityReport<'loss' | 'error'> }[]>;
    };
    const [narrow, wide] = results['plain, 2 layers'].map(({ report }) => report);
    for (const { joint, verdict, unmatchedVerdict } of [narrow, wide]) {
      expect(joint!.verdict.barrier).toBeLessThan(verdict.barrier);
      expect(verdict.barrier).toBeLessThan(0.6 * unmatchedVerdict.barrier);
    }
    expect(wide.verdict.barrier).toBeLessThan(0.6 * narrow.verdict.barrier);
    expect(wide.simplex.loss.barycentre).toBeLessThan(narrow.simplex.loss.barycentre);
    expectFigure('strong', 'strong-plain-2-layers');
    expectFigure('strong', 'strong-plane');
    expectFigure('strong', 'strong-plane-joint');
    expect(fileOf('strong', 'tables.md')).toContain('| vgg16-1/8, PyTorch |');
  });
});
