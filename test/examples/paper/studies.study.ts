import { existsSync } from 'node:fs';
import type {
  SimultaneousConnectivityReport,
  StrongConnectivityReport,
  WeakConnectivityReport,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useStudies } from './useStudies';

const { runStudy, pathOf, fileOf, expectFigure } = useStudies();
type Metrics = 'loss' | 'error';

describe('the studies in quick mode', () => {
  it('pairs: matched barriers are far below unmatched ones', async () => {
    const { reports } = JSON.parse((await runStudy('pairs', 'pairs'))!) as {
      reports: Record<string, WeakConnectivityReport<Metrics>>;
    };
    for (const [name, report] of Object.entries(reports)) {
      // Interpolated statistics of batch normalisation spoil what a permutation mends.
      if (name.includes('interpolated')) continue;
      expect(report.verdict.barrier, name).toBeLessThan(0.7 * report.unmatchedVerdict.barrier);
    }
    expectFigure('pairs', 'pairs-mlp');
    expectFigure('pairs', 'pairs-conv');
    expect(fileOf('pairs', 'tables.md')).toContain('weight matching');
  });

  it('trajectories: the last permutation aligns earlier steps, an early one not the end', async () => {
    const { report } = JSON.parse((await runStudy('trajectories', 'trajectories'))!) as {
      report: SimultaneousConnectivityReport<Metrics>;
    };
    const last = report.steps.length - 1;
    for (let t = 1; t <= last; t++) {
      expect(report.one[t].loss.max).toBeLessThan(0.5 * report.unmatched[t].loss.max);
    }
    expect(report.matrix!.loss[0][last]).toBeGreaterThan(2 * report.one[last].loss.max);
    expectFigure('trajectories', 'trajectory-barriers');
    expectFigure('trajectories', 'trajectory-matrix');
  });

  it('pruning: the dense permutation aligns every level, and a mask that it moves is worth more', async () => {
    const { report, accuracies } = JSON.parse((await runStudy('pruning', 'pruning'))!) as {
      report: SimultaneousConnectivityReport<Metrics>;
      accuracies: { masks: Record<string, number[]> }[];
    };
    for (const [level, { loss }] of report.one.entries()) {
      expect(loss.max, `level ${level}`).toBeLessThan(0.6 * report.unmatched[level].loss.max);
    }
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value) / values.length;
    for (const { masks } of accuracies) {
      expect(mean(masks["B's, moved"])).toBeGreaterThan(mean(masks["B's, as it is"]));
      expect(mean(masks["A's own"])).toBeGreaterThan(mean(masks.random));
    }
    expectFigure('pruning', 'pruning-levels');
  });

  it('width: barriers of three networks, indirect ones too, fall as the width grows', async () => {
    const { results } = JSON.parse((await runStudy('width', 'width'))!) as {
      results: { report: StrongConnectivityReport<Metrics> }[];
    };
    const [narrow, wide] = results.map(({ report }) => report);
    expect(wide.verdict.barrier).toBeLessThan(0.6 * narrow.verdict.barrier);
    expect(wide.verdict.barrier).toBeLessThan(0.6 * wide.unmatchedVerdict.barrier);
    expectFigure('width', 'width-barriers');
    expectFigure('width', 'width-plane');
  });

  it('one that is killed half-way goes on to the same report', async () => {
    expect(await runStudy('trajectories', 'interrupted', 'unmatched/20')).toBeNull();
    expect(existsSync(pathOf('interrupted', 'report.json'))).toBe(false);
    expect(await runStudy('trajectories', 'interrupted')).toBe(
      fileOf('trajectories', 'report.json'),
    );
  });
});
