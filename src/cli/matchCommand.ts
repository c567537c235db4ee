import type { GroupOrder } from '../matching/groupOrder';
import type { MatchResult } from '../matching/matchResult';
import { startThreads } from '../node/startThreads';
import { weightMatchFiles } from '../node/weightMatchFiles';
import type { PrefixMapping } from '../params/prefixMapping';
import type { Permutations } from '../permutation/permutation';
import type { PermutationSpec } from '../spec/spec';
import type { ProgressLine } from './progressLine';
import { readPermutations } from './readPermutations';
import type { Session } from './session';

/** The options of every command that matches. */
export interface MatchFlags {
  readonly seed?: number;
  readonly restarts?: number;
  readonly maxSweeps?: number;
  readonly kernel?: 'linear' | 'cosine';
  readonly order?: GroupOrder;
  readonly includeStatistics?: boolean;
  readonly initial?: string;
  readonly memory?: number;
  readonly threads?: number;
  readonly renamePrefix: readonly PrefixMapping[];
}

/** Matches B to A with the flags of a command line, and shows how it goes. */
export async function matchByFlags(
  { signal }: Session,
  spec: PermutationSpec,
  a: string,
  b: string,
  flags: MatchFlags,
  line: ProgressLine,
): Promise<MatchResult> {
  const { seed, restarts, maxSweeps, kernel, order, memory, renamePrefix } = flags;
  const initial = flags.initial === undefined ? undefined : await readPermutations(flags.initial);
  const threads =
    flags.threads === undefined ? undefined : await startThreads({ count: flags.threads });
  const run = restarts === undefined || restarts === 1 ? () => '' : runOf(restarts);
  line.show(`reading ${a} and ${b}`);
  try {
    return await weightMatchFiles(spec, a, b, {
      seed,
      restarts,
      maxSweeps,
      kernel,
      order,
      memory,
      renamePrefix,
      initial,
      threads,
      include: flags.includeStatistics ? () => true : undefined,
      signal,
      onProgress: ({ restart, sweep, group, objective }) =>
        line.show(`${run(restart)}sweep ${sweep}  ${group}  objective ${objective.toPrecision(6)}`),
    });
  } finally {
    line.clear();
    await threads?.close();
  }
}

function runOf(restarts: number): (restart: number) => string {
  return (restart) => `run ${restart + 1}/${restarts}  `;
}

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
    { units: p.length, moved: p.reduce((moved, unit, i) => moved + (unit === i ? 0 : 1), 0) },
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

/** Permutations as JSON holds them. */
export function permutationLists(permutations: Permutations): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(permutations).map(([group, p]) => [group, Array.from(p)]),
  );
}
