import type { Permutations, PlainPermutations } from 'perm-lmc';
import { keptValue } from '../cells';
import type { CifarStudy } from '../cifarStudy';
import { keptPermutations } from '../keptPermutations';
import type { LastNetworks } from './lastNetworks';
import { type AtEnd, measureAtEnd } from './measureAtEnd';
import { nameOfWindow, type StepWindow, superAlign, windowsOf } from './superAlign';

/** A window of checkpoints matched together, and its permutation at the last step of training. */
export interface AlignedWindow extends StepWindow {
  readonly permutations: Permutations;
  readonly atEnd: AtEnd;
}

/** Matches every window of a pair and measures its permutation at the last step. Everything is kept. */
export async function alignWindows(
  study: CifarStudy,
  last: LastNetworks,
): Promise<AlignedWindow[]> {
  const { pair } = last;
  const found = study.cells<PlainPermutations>(`${pair.name} windows`);
  const measured = study.cells<AtEnd>(`${pair.name} windows at the end`);
  const aligned: AlignedWindow[] = [];
  for (const window of windowsOf(pair)) {
    const key = `${nameOfWindow(window)}, up to step ${pair.steps[window.last]}`;
    study.say(`${pair.name}: ${key}`);
    const permutations = await keptPermutations(found, key, () => superAlign(pair, window));
    const atEnd = await keptValue(measured, key, () => measureAtEnd(last, permutations));
    aligned.push({ ...window, permutations, atEnd });
  }
  return aligned;
}
