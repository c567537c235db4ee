import { fixedPoints, type Permutations, type WeightMatchProgress } from 'perm-lmc';
import type { MatchStep } from '../protocol';

/** The match of networks for digits: one layer at a time, from the order of training, so that a chart shows the steps. */
export const descent = { start: 'identity', method: 'coordinateDescent' } as const;

/** Reports the steps of a match with their numbers. */
export function reportSteps(
  report: (step: MatchStep) => void,
): (progress: WeightMatchProgress) => void {
  let step = 0;
  return ({ sweep, group, objective }) => report({ step: ++step, sweep, group, objective });
}

/** The number of units in all groups, and the number that a match moved. */
export function movedUnits(permutations: Permutations): { moved: number; units: number } {
  const all = Object.values(permutations);
  const units = all.reduce((sum, { length }) => sum + length, 0);
  return { units, moved: all.reduce((sum, p) => sum + p.length - fixedPoints(p).length, 0) };
}
