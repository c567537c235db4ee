import { assertInteger, assertObject, assertSynchronous } from '../checks';
import { invalid } from '../errors';
import type { Params } from '../params';
import { assertComparable, assertRecord, assertTensor } from '../params/internal';
import { assertSparsity } from './amountOf';
import { assertMaskOf, prunableNames } from './assertMask';
import type { IterativePruningOptions } from './pruningLevel';
import type { Schedule } from './schedule';

/** The most levels: each trains a network. */
const MOST_LEVELS = 10_000;

/** Throws unless the last level is an integer in 0 … {@link MOST_LEVELS} and the level to resume from is not beyond it. */
export function assertLevels(
  levels: number,
  resume: IterativePruningOptions['resume'] | undefined,
): void {
  assertInteger(
    'levels',
    levels,
    0,
    'It is the number of levels that prune, after the dense level 0',
    MOST_LEVELS,
  );
  if (resume === undefined) return;
  assertObject('resume', resume, 'Pass { level, mask, params }, a level of an earlier run');
  const remedy = 'It is the last level that was finished';
  assertInteger('resume.level', resume.level, 0, remedy, levels);
}

/** Throws unless the networks that are given fit each other and have prunable parameters. */
export function assertNetworks({
  rewind,
  start,
  resume,
  prunable,
}: Pick<IterativePruningOptions, 'rewind' | 'start' | 'resume'> &
  Required<Pick<IterativePruningOptions, 'prunable'>>): void {
  const networks: [string, Params][] = [];
  if (typeof rewind !== 'function') networks.push(['rewind', rewind]);
  if (start !== undefined) networks.push(['start', start]);
  if (resume !== undefined) networks.push(['resume.params', resume.params]);
  for (const [what, params] of networks) {
    assertRecord(what, params);
    for (const [name, tensor] of Object.entries(params)) assertTensor(name, tensor, what);
    assertComparable(networks[0][1], params, [networks[0][0], what]);
    prunableNames(params, prunable);
  }
  if (resume !== undefined) assertMaskOf(resume.params, resume.mask, 'resume.mask');
}

/** The sparsities of levels 0 … `levels`. Throws unless they begin with 0, never fall and stay below 1. */
export function sparsitiesOf(schedule: Schedule, levels: number): number[] {
  const sparsities = Array.from({ length: levels + 1 }, (_, level) => {
    const sparsity = schedule(level);
    assertSynchronous('schedule', sparsity);
    return sparsity;
  });
  for (const [level, sparsity] of sparsities.entries()) {
    assertSparsity(`the schedule's sparsity at level ${level}`, sparsity, 'schedule');
    if (level === 0 && sparsity > 0) {
      throw invalid(
        `the schedule's sparsity at level 0 is ${sparsity}`,
        'Level 0 is the dense network: begin with 0',
        { param: 'schedule', received: sparsity },
      );
    }
    if (sparsity < sparsities[level - 1]) {
      throw invalid(
        `the schedule's sparsity falls from ${sparsities[level - 1]} to ${sparsity} at level ${level}`,
        'Pruned weights stay pruned: pass a schedule that never falls',
        { param: 'schedule', received: sparsity },
      );
    }
  }
  return sparsities;
}
