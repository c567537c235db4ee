import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type {
  SimultaneousConnectivityReport,
  StrongConnectivityReport,
  WeakConnectivityReport,
} from 'perm-lmc';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'perm-lmc-studies-'));
type Metrics = 'loss' | 'error';

beforeAll(() => {
  if (!existsSync(join(root, 'dist/index.js'))) throw new Error('npm run build first');
});
afterAll(() => rmSync(folder, { recursive: true }));

/**
 * Runs a study in quick mode; its report. With `until`, it is killed as soon as it has printed that, and there
 * is none.
 */
function runStudy(name: string, out: string, until?: string): Promise<string | null> {
  const args = ['examples/paper', name, '--quick', '--out', join(folder, out)];
  const child = spawn(
    process.execPath,
    [join(root, 'node_modules/tsx/dist/cli.mjs'), join(root, 'scripts/run.ts'), ...args],
    // A group of its own, so that what it starts is killed with it.
    { cwd: folder, detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let printed = '';
  return new Promise((resolve, reject) => {
    const onOutput = (text: Buffer) => {
      printed += text;
      if (until !== undefined && printed.includes(until)) process.kill(-child.pid!, 'SIGKILL');
    };
    child.stdout.on('data', onOutput);
    child.stderr.on('data', onOutput);
    child.on('error', reject);
    child.on('close', (code) => {
      if (until !== undefined && code === null) resolve(null);
      else if (code === 0) resolve(readFileSync(join(folder, out, 'report.json'), 'utf8'));
      else reject(new Error(`${name} ended with ${code}:\n${printed}`));
    });
  });
}

const fileOf = (out: string, name: string) => readFileSync(join(folder, out, name), 'utf8');

function expectFigure(out: string, name: string): void {
  expect(fileOf(out, `${name}.svg`)).toMatch(/^<svg[^>]*role="img"/);
}

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
    expect(existsSync(join(folder, 'interrupted', 'report.json'))).toBe(false);
    expect(await runStudy('trajectories', 'interrupted')).toBe(
      fileOf('trajectories', 'report.json'),
    );
  });
});
