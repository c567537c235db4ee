import {
  InvalidInputError,
  type IterativePruningOptions,
  iterativeMagnitudePruning,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';
import { options, rewind, run } from './iterativePruning';

await useBackend('cpu');

describe('before any training refuses', () => {
  it.each<[string, Partial<IterativePruningOptions>, RegExp]>([
    ['no train', { train: undefined as never }, /train must be a function, received undefined/],
    [
      'a sparsity for a schedule',
      { schedule: 0.5 as never },
      /schedule must be a function, received a number/,
    ],
    ['half a level', { levels: 1.5 }, /levels must be an integer in 0 … 10000, received 1\.5/],
    ['levels without end', { levels: 1e9 }, /in 0 … 10000, received 1000000000/],
    ['null to resume', { resume: null as never }, /resume must be an object, received null/],
    [
      'a level to resume without its number',
      { resume: { params: rewind, mask: rewind } as never },
      /resume\.level must be an integer in 0 … \d, received undefined/,
    ],
    ['endless levels', { levels: Number.POSITIVE_INFINITY }, /received Infinity/],
    [
      'a schedule that reaches 1',
      { schedule: (level) => level },
      /the schedule's sparsity at level 1 must be in \[0, 1\), received 1/,
    ],
    [
      'a schedule of NaN',
      { schedule: () => Number.NaN },
      /at level 0 must be in \[0, 1\), received NaN/,
    ],
    [
      'a schedule that falls',
      { schedule: (level) => [0, 0.5, 0.4][level] },
      /the schedule's sparsity falls from 0\.5 to 0\.4 at level 2/,
    ],
    [
      'a schedule that prunes before training',
      { schedule: () => 0.5 },
      /the schedule's sparsity at level 0 is 0\.5.*Level 0 is the dense network/,
    ],
    ['another scope', { scope: 'all' as 'layer' }, /scope must be 'global' or 'layer'/],
    ['no filter', { prunable: 'k1' as never }, /prunable must be a function, received a string/],
    [
      'nothing to prune',
      { prunable: () => false },
      /none of the parameters \[k1,k2,bias\] is prunable/,
    ],
    ['no rewind', { rewind: undefined as never }, /rewind must be params, received undefined/],
    [
      'a start of other names',
      { start: { k1: rewind.k1 } },
      /start lacks parameter 'k2', which rewind has/,
    ],
  ])('%s', async (_, more, message) => {
    const work = () => iterativeMagnitudePruning({ ...options, ...more });
    expect(work).toThrow(InvalidInputError);
    expect(work).toThrow(message);
    await expectNoLeak(() => run(more));
  });
});
