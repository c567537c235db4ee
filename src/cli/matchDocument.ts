import type { AlignmentChange, MatchResult } from '../matching';
import { fixedPoints } from '../permutation';

/** A match in the JSON result. */
export interface MatchDocument {
  readonly objective: number;
  /** The objective at the start of the run: see `--start` and `--initial`. */
  readonly start: number;
  readonly sweeps: number;
  readonly converged: boolean;
  /** ⟨A, P B⟩ / (‖A‖ ‖B‖) over the values that groups can move, before (B as it is stored) and after. */
  readonly alignment: AlignmentChange;
  readonly groups: Readonly<Record<string, GroupDocument>>;
  /** True if the match went on from the file of `--resume`; only with that flag. */
  readonly resumed?: boolean;
}

interface GroupDocument {
  readonly units: number;
  readonly moved: number;
  readonly alignment: AlignmentChange;
}

/** A match for the JSON result. */
export function matchDocument({
  permutations,
  objective,
  alignment: { before, after, groups: byGroup },
  history,
  sweeps,
  converged,
  resumed,
}: MatchResult & { readonly resumed?: boolean }): MatchDocument {
  const groups = Object.entries(permutations).map(([group, p]) => [
    group,
    {
      units: p.length,
      moved: p.length - fixedPoints(p).length,
      alignment: byGroup[group],
    },
  ]);
  return {
    objective,
    start: history[0],
    sweeps,
    converged,
    alignment: { before, after },
    groups: Object.fromEntries(groups),
    ...(resumed === undefined ? {} : { resumed }),
  };
}

/** A match as lines of text. */
export function matchLines({
  objective,
  start,
  sweeps,
  converged,
  alignment,
  groups,
  resumed,
}: MatchDocument): string[] {
  const all = Object.values(groups);
  const moved = all.reduce((sum, group) => sum + group.moved, 0);
  const units = all.reduce((sum, group) => sum + group.units, 0);
  return [
    `  ${counted(all.length, 'group')}, ${counted(units, 'unit')}, ${moved} of them moved`,
    `  objective ${start.toPrecision(6)} → ${objective.toPrecision(6)} after ${counted(sweeps, 'sweep')}`,
    `  alignment ${alignment.before.toFixed(3)} → ${alignment.after.toFixed(3)}${lowestGroup(groups)}`,
    ...(resumed ? ['  went on from the state of an earlier match'] : []),
    ...(converged ? [] : ['  not converged: allow more sweeps with --max-sweeps']),
  ];
}

/** The group of the lowest alignment; empty for a single group. */
function lowestGroup(groups: MatchDocument['groups']): string {
  const sorted = Object.entries(groups).sort(
    ([, one], [, other]) => one.alignment.after - other.alignment.after,
  );
  if (sorted.length < 2) return '';
  const [[name, { alignment }]] = sorted;
  return `, lowest in group ${name}: ${alignment.before.toFixed(3)} → ${alignment.after.toFixed(3)}`;
}

/** A number of things in words. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}
