import type { StrongConnectivityReport } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useStudies } from '../useStudies';

const { runStudy, fileOf, expectFigure } = useStudies();

describe('strong connectivity on CIFAR-10 in quick mode', () => {
  it('barriers of three networks are below unmatched ones, and lower in wide networks', async () => {
    const { results } = JSON.parse((await runStudy('cifar strong', 'strong'))!) as {
      results: Record<string, { report: StrongConnectivityReport<'loss' | 'error'> }[]>;
    };
    const [narrow, wide] = results.plain2.map(({ report }) => report);
    for (const { joint, verdict, unmatchedVerdict } of [narrow, wide]) {
      expect(verdict.barrier).toBeLessThan(0.8 * unmatchedVerdict.barrier);
      expect(joint!.verdict.barrier).toBeLessThan(0.8 * unmatchedVerdict.barrier);
    }
    expect(wide.verdict.barrier).toBeLessThan(0.6 * narrow.verdict.barrier);
    expect(wide.joint!.verdict.barrier).toBeLessThan(0.6 * narrow.joint!.verdict.barrier);
    expect(wide.simplex.loss.barycentre).toBeLessThan(narrow.simplex.loss.barycentre);
    expectFigure('strong', 'strong-plain2');
    expectFigure('strong', 'strong-plane');
    expectFigure('strong', 'strong-plane-joint');
    expect(fileOf('strong', 'tables.md')).toContain('| vgg16-1/8 ');
  });
});
