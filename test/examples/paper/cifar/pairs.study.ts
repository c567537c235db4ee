import { describe, expect, it } from 'vitest';
import type { PairReport } from '../../../../examples/paper/cifar/support/measurePair';
import { useStudies } from '../useStudies';

const { runStudy, fileOf, expectFigure } = useStudies();

describe('the study of pairs on CIFAR-10 in quick mode', () => {
  it('matching lowers the error barrier, a repair lowers it further', async () => {
    const { reports } = JSON.parse((await runStudy('cifar pairs', 'pairs'))!) as {
      reports: PairReport[];
    };
    const [{ rows }] = reports;
    const error = (name: string) => rows[name].barrier.error.max;
    const loss = (name: string) => rows[name].barrier.loss.max;
    for (const name of ['weights', 'weights, search', 'activations']) {
      expect(rows[name].objective, name).toBeGreaterThan(1.3 * rows.none.objective);
      expect(error(name), name).toBeLessThan(0.9 * error('none'));
    }
    expect(rows['weights, search'].objective).toBeGreaterThan(rows.weights.objective);
    for (const name of ['weights', 'activations']) {
      expect(error(`${name} + repair`), name).toBeLessThan(0.8 * error(name));
      expect(loss(`${name} + repair`), name).toBeLessThan(0.8 * loss(name));
    }
    expectFigure('pairs', 'pairs-vgg8-error');
    expect(fileOf('pairs', 'tables.md')).toContain('activations + repair');
  });

  it('one that is killed half-way goes on to the same report', async () => {
    expect(await runStudy('cifar pairs', 'interrupted', 'activations: barrier')).toBeNull();
    expect(await runStudy('cifar pairs', 'interrupted')).toBe(fileOf('pairs', 'report.json'));
  });
});
