import { existsSync } from 'node:fs';
import type { PermutationComparison } from 'perm-lmc';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TrajectoryFindings } from '../../../../examples/paper/support/trajectories/measureTrajectories';
import { useStudies } from '../useStudies';

const { runStudy, takeNetworks, pathOf, fileOf, expectFigure } = useStudies();

describe('trajectories on CIFAR-10, in quick mode', () => {
  let findings: TrajectoryFindings;

  beforeAll(async () => {
    const report = await runStudy('cifar trajectories', 'trajectories');
    findings = JSON.parse(report!).findings[0];
  });

  it('the last permutation aligns an early step, and early permutations fail at the end', () => {
    const { steps, one, unmatched, matrix } = findings.report;
    const [early, last] = [steps.indexOf(200), steps.length - 1];
    expect(one[early].error.max).toBeLessThan(0.5 * unmatched[early].error.max);
    expect(one[last].error.max).toBeLessThan(0.8 * unmatched[last].error.max);
    expect(matrix!.error[0][last]).toBeGreaterThan(0.8 * unmatched[last].error.max);
  });

  it('permutations come closer to the last one along training', () => {
    const shares = findings.comparisons.map(shareOfFixedPoints);
    expect(shares[0]).toBeLessThan(0.06);
    expect(shares[2]).toBeGreaterThan(3 * shares[1]);
    expect(shares[3]).toBe(1);
  });

  it('the later a permutation was found, the closer it brings the networks of the end', () => {
    const alignments = findings.windows
      .filter(({ window }) => window.first === window.last && window.biases)
      .map(({ atEnd }) => atEnd.alignment);
    expect(alignments).toHaveLength(4);
    expect(alignments).toEqual([...alignments].sort((x, y) => x - y));
    expect(alignments[3]).toBeGreaterThan(1.3 * alignments[0]);
  });

  it('one permutation of the last three steps is no worse at the end than that of the last', () => {
    const { report } = findings;
    const last = report.steps.length - 1;
    const together = report.given['3 steps'].barriers[last];
    expect(together.error.max).toBeLessThanOrEqual(report.one[last].error.max + 0.02);
  });

  it('every early layer in a hybrid costs alignment, and more of them cost more', () => {
    const { bottomUp, topDown, putIn, leftOut, ends } = findings.hybrids;
    for (const row of [putIn, leftOut]) {
      for (const { alignment } of row) {
        expect(alignment).toBeLessThan(ends.none.alignment);
        expect(alignment).toBeGreaterThan(ends.all.alignment);
      }
    }
    for (const [i, { alignment }] of bottomUp.entries()) {
      if (i > 0) expect(alignment).toBeLessThan(bottomUp[i - 1].alignment);
      if (i > 0) expect(topDown[i].alignment).toBeGreaterThan(topDown[i - 1].alignment);
    }
  });

  it('draws every finding', () => {
    for (const figure of ['trajectory', 'trajectory-matrix', 'fixed-points', 'hybrids'])
      expectFigure('trajectories', `cifar-${figure}-vgg8`);
    expectFigure('trajectories', 'cifar-hybrids-alignment-vgg8');
    expect(fileOf('trajectories', 'tables.md')).toContain('3 steps, no biases');
  });

  it('one that is killed half-way goes on to the same report', async () => {
    takeNetworks('trajectories', 'interrupted');
    expect(await runStudy('cifar trajectories', 'interrupted', 'hybrid with step')).toBeNull();
    expect(existsSync(pathOf('interrupted', 'report.json'))).toBe(false);
    expect(await runStudy('cifar trajectories', 'interrupted')).toBe(
      fileOf('trajectories', 'report.json'),
    );
  });
});

function shareOfFixedPoints(comparison: Readonly<Record<string, PermutationComparison>>): number {
  const groups = Object.values(comparison);
  const sum = (of: 'fixedPoints' | 'size') => groups.reduce((total, each) => total + each[of], 0);
  return sum('fixedPoints') / sum('size');
}
