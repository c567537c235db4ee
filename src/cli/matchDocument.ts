import type { AlignmentChange, MatchResult } from '../matching';
import { fixedPoints } from '../permutation';

/** A match by any method of the command. */
export type CommandMatch = (MatchResult & { readonly resumed?: boolean }) | LearnedMatch;

/** A match by a method that learns. */
export interface LearnedMatch
  extends Pick<MatchResult, 'permutations' | 'objective' | 'alignment'> {
  /** The loss half way between A and B, with the permutations of the start and with those found. */
  readonly loss: LossChange;
  /** The number of steps, and the one that found the permutations: 0 for the start. */
  readonly steps: number;
  readonly step: number;
}

/** A loss before and after a match. */
interface LossChange {
  readonly before: number;
  readonly after: number;
}

/** A match in the JSON result. */
export type MatchDocument = (WeightCourse | LearnedCourse) & {
  readonly objective: number;
  /** ⟨A, P B⟩ / (‖A‖ ‖B‖) over the values that groups can move, before (B as it is stored) and after. */
  readonly alignment: AlignmentChange;
  readonly groups: Readonly<Record<string, GroupDocument>>;
};

interface WeightCourse {
  /** The objective at the start of the run: see `--start` and `--initial`. */
  readonly start: number;
  readonly sweeps: number;
  readonly converged: boolean;
  /** True if the match went on from the file of `--resume`; only with that flag. */
  readonly resumed?: boolean;
}

type LearnedCourse = Pick<LearnedMatch, 'loss' | 'steps' | 'step'>;

interface GroupDocument {
  readonly units: number;
  readonly moved: number;
  readonly alignment: AlignmentChange;
}

/** A match for the JSON result. */
export function matchDocument(match: CommandMatch): MatchDocument {
  const { permutations, objective, alignment } = match;
  const groups = Object.entries(permutations).map(([group, p]) => [
    group,
    {
      units: p.length,
      moved: p.length - fixedPoints(p).length,
      alignment: alignment.groups[group],
    },
  ]);
  return {
    objective,
    ...courseOf(match),
    alignment: { before: alignment.before, after: alignment.after },
    groups: Object.fromEntries(groups),
  };
}

function courseOf(match: CommandMatch): WeightCourse | LearnedCourse {
  if ('loss' in match) return { loss: match.loss, steps: match.steps, step: match.step };
  const { history, sweeps, converged, resumed } = match;
  return { start: history[0], sweeps, converged, ...(resumed === undefined ? {} : { resumed }) };
}

/** A match as lines of text. */
export function matchLines(match: MatchDocument): string[] {
  const { alignment, groups } = match;
  const all = Object.values(groups);
  const moved = all.reduce((sum, group) => sum + group.moved, 0);
  const units = all.reduce((sum, group) => sum + group.units, 0);
  return [
    `  ${counted(all.length, 'group')}, ${counted(units, 'unit')}, ${moved} of them moved`,
    ...courseLines(match),
    `  alignment ${alignment.before.toFixed(3)} → ${alignment.after.toFixed(3)}${lowestGroup(groups)}`,
    ...('resumed' in match && match.resumed
      ? ['  went on from the state of an earlier match']
      : []),
    ...('converged' in match && !match.converged
      ? ['  not converged: allow more sweeps with --max-sweeps']
      : []),
  ];
}

function courseLines(match: MatchDocument): string[] {
  const objective = match.objective.toPrecision(6);
  if (!('loss' in match)) {
    const { start, sweeps } = match;
    return [`  objective ${start.toPrecision(6)} → ${objective} after ${counted(sweeps, 'sweep')}`];
  }
  const { loss, steps, step } = match;
  const found = step === 0 ? 'none of them better than the start' : `found after ${step}`;
  return [
    `  loss half way ${loss.before.toPrecision(4)} → ${loss.after.toPrecision(4)} in ${counted(steps, 'step')}, ${found}`,
    `  objective ${objective}`,
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
