import type { MatchResult } from '../matching';
import { fixedPoints } from '../permutation';

/** A match as a result tells it to programs. */
export interface MatchDocument {
  readonly objective: number;
  /** The objective before anything was moved, or of the permutations that it started from. */
  readonly start: number;
  readonly sweeps: number;
  readonly converged: boolean;
  readonly groups: Readonly<Record<string, { units: number; moved: number }>>;
}

/** What to tell of a match. */
export function matchDocument({
  permutations,
  objective,
  history,
  sweeps,
  converged,
}: MatchResult): MatchDocument {
  const groups = Object.entries(permutations).map(([group, p]) => [
    group,
    { units: p.length, moved: p.length - fixedPoints(p).length },
  ]);
  const start = history[0];
  return { objective, start, sweeps, converged, groups: Object.fromEntries(groups) };
}

/** A match as a result tells it to people. */
export function matchLines({
  objective,
  start,
  sweeps,
  converged,
  groups,
}: MatchDocument): string[] {
  const all = Object.values(groups);
  const moved = all.reduce((sum, group) => sum + group.moved, 0);
  const units = all.reduce((sum, group) => sum + group.units, 0);
  return [
    `  ${counted(all.length, 'group')}, ${counted(units, 'unit')}, ${moved} of them moved`,
    `  objective ${start.toPrecision(6)} → ${objective.toPrecision(6)} after ${counted(sweeps, 'sweep')}`,
    ...(converged ? [] : ['  not converged: allow more with --max-sweeps']),
  ];
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
