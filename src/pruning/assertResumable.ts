import { invalid } from '../errors';
import { assertHeld } from './assertHeld';
import { assertPrunesOnly, countZeros, prunableNames, readMask } from './assertMask';
import type { IterativePruningOptions } from './pruningLevel';
import type { Plan } from './trainLevel';

/** Throws unless these options could have made the saved level. */
export async function assertResumable(
  { prunable, scope, sparsities }: Plan,
  { level, mask, params }: NonNullable<IterativePruningOptions['resume']>,
): Promise<void> {
  const names = prunableNames(params, prunable);
  const values = await readMask(mask, 'resume.mask');
  assertPrunesOnly(names, values);
  for (const set of scope === 'global' ? [names] : names.map((name) => [name])) {
    const total = (count: (name: string) => number) =>
      set.reduce((sum, name) => sum + count(name), 0);
    const pruned = total((name) => countZeros(values[name]));
    const planned = Math.round(sparsities[level] * total((name) => values[name].length));
    if (pruned === planned) continue;
    throw invalid(
      `resume.mask prunes ${pruned} weights${scope === 'layer' ? ` of '${set[0]}'` : ''}, but at level ${level} the schedule prunes ${planned}`,
      'Resume with the level, the mask, the schedule and the scope of the run that was interrupted',
      { param: 'resume.mask', received: pruned },
    );
  }
  await assertHeld(params, mask, { who: 'resume.params has', where: 'that are not 0' });
}
