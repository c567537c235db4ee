import { fixedPoints, type Permutations, type WeightMatchProgress } from 'perm-lmc';
import type { MatchStep } from '../protocol';

/** Numbers the steps of a match as they come. */
export function reportSteps(
  report: (step: MatchStep) => void,
): (progress: WeightMatchProgress) => void {
  let step = 0;
  return ({ sweep, group, objective }) => report({ step: ++step, sweep, group, objective });
}

/** How many units there are in all groups, and how many of them a match has moved. */
export function movedUnits(permutations: Permutations): { moved: number; units: number } {
  const all = Object.values(permutations);
  const units = all.reduce((sum, { length }) => sum + length, 0);
  return { units, moved: all.reduce((sum, p) => sum + p.length - fixedPoints(p).length, 0) };
}
