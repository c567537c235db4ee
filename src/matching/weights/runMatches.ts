import type { Progress } from '../../runtime';
import type { DescentStep } from './coordinateDescent';
import { type JobRunner, type JobSettings, jobRunner } from './jobRunner';
import type { JobEvent, RunState } from './matchJob';
import type { RunStates } from './matchJournal';
import type { MatchMethod } from './matchMethod';
import type { PlannedMatch } from './prepareMatch';
import type { FoundRun, RunStart } from './runMatch';
import type { RunPoint } from './runPoint';
import { runsWork } from './runsWork';
import type { SearchExtent } from './search/searchExtent';
import { type SearchOutcome, searchOptima } from './search/searchOptima';
import type { WorkMeter } from './workMeter';

/** Progress of `weightMatch`, after every step of a run and every round of a search. */
export interface WeightMatchProgress extends Progress, DescentStep {
  /** The work: iterations of Frank–Wolfe, steps of coordinate descent, or rounds of a search. */
  readonly phase: 'frankWolfe' | 'descent' | 'search';
  /** The number of steps of the run, or of rounds of the search, so far. */
  readonly done: number;
  /** The number of rounds of a search if it is known; null for runs, which end when no group moves. */
  readonly total: number | null;
  /** The run of the step, from 0; in a search the line of the round. */
  readonly restart: number;
  /** S after the step; in a search the best S so far. */
  readonly objective: number;
}

/** Callbacks and settings of the runs of a match and of the search after them. */
export interface RunsSettings extends JobSettings {
  readonly search: SearchExtent | null;
  readonly onProgress: ((progress: WeightMatchProgress) => void) | undefined;
  /** The states that the runs go on from. Default: their starts. */
  readonly states?: RunStates;
  /** Called with every new state of the runs. */
  readonly onStates?: (states: RunStates) => void;
  /** Counts the work. Default: it is not counted. */
  readonly meter?: WorkMeter;
}

/** One run of a match. */
export interface RunSummary {
  /** The start of the run. */
  readonly start: RunStart;
  /** The algorithm of the run. */
  readonly method: MatchMethod;
  /** S at the end of the run. */
  readonly objective: number;
  /** The number of iterations of Frank–Wolfe. */
  readonly iterations: number;
  /** The number of sweeps of coordinate descent. */
  readonly sweeps: number;
  /** True if the last sweep moved no group. */
  readonly converged: boolean;
}

/** The best run of a match, all runs, and the optima of the search. */
export interface RunsOutcome {
  /** The candidates, best S first: the best run, or what the search has kept. Each is a fixed point. */
  readonly found: readonly FoundRun[];
  readonly runs: readonly RunSummary[];
  readonly search: SearchOutcome | null;
}

/** Makes the runs of a match and the search after them, one after another or on threads. */
export async function runMatches(
  match: PlannedMatch,
  settings: RunsSettings,
): Promise<RunsOutcome> {
  const { runs } = match;
  const { search, onProgress } = settings;
  const severalJobs = runs.length > 1 || (search !== null && search.rounds > 1);
  const runner = await jobRunner(match, severalJobs, settings);
  try {
    const results = await resultsOf(match, runner, settings);
    const summaries = results.map((result, at) => summaryOf(match, result, at));
    const best = bestOf(results);
    if (!search) return { found: [best], runs: summaries, search: null };
    const onBest = onProgress ? countedRounds(onProgress, search.rounds, best.objective) : null;
    const outcome = await searchOptima(match, runner, best, search, onBest);
    const found = await finished(match, runner, best, outcome);
    return { found, runs: summaries, search: outcome };
  } finally {
    runner.dispose();
  }
}

/** The results of all runs. Those that have ended are not made again. */
async function resultsOf(
  match: PlannedMatch,
  runner: JobRunner,
  { onProgress, states: before, onStates, meter }: RunsSettings,
): Promise<FoundRun[]> {
  const { runs } = match;
  const states = runs.map((_, at) => before?.[at] ?? null);
  const left = [...states.keys()].filter((at) => foundIn(states[at]) === null);
  const jobs = left.map((at) => {
    const point = pointIn(states[at]);
    const run = point ? { ...runs[at], point } : runs[at];
    return { kind: 'run' as const, run, tellsState: onStates !== undefined };
  });
  const onStep = onProgress ? countedSteps(onProgress) : null;
  const work = meter ? runsWork(match, states, meter) : null;
  const onEvent = (job: number, event: JobEvent) => {
    if ('point' in event || 'found' in event) {
      states[left[job]] = event;
      onStates?.([...states]);
    } else if ('sweep' in event) {
      work?.step(left[job], event);
      onStep?.(left[job], event);
    }
  };
  onStates?.([...states]);
  const made = await runner.run(jobs, onStep || onStates ? onEvent : null);
  const ended = new Map(left.map((at, job) => [at, made[job]]));
  return states.map((state, at) => foundIn(state) ?? ended.get(at)!);
}

function foundIn(state: RunState | null): FoundRun | null {
  return state && 'found' in state ? state.found : null;
}

function pointIn(state: RunState | null): RunPoint | null {
  return state && 'point' in state ? state.point : null;
}

/** Fixed points at the optima of a search, confirmed by a descent from each on fresh grams. */
async function finished(
  { runs: [run] }: PlannedMatch,
  runner: JobRunner,
  best: FoundRun,
  { optima }: SearchOutcome,
): Promise<FoundRun[]> {
  const jobs = optima.map(({ permutations }) => ({
    kind: 'run' as const,
    run: { ...run, initial: permutations, method: 'coordinateDescent' as const },
  }));
  const found = await runner.run(jobs, null);
  const all = found.map((each, at) =>
    optima[at].permutations === best.permutations ? best : { ...each, history: joined(best, each) },
  );
  return all.sort((one, other) => other.objective - one.objective);
}

/** The history of the best run up to an optimum of the search, and that of the optimum. */
function joined(best: FoundRun, { history }: FoundRun): number[] {
  return [...best.history.filter((objective) => objective < history[0]), ...history];
}

function summaryOf({ runs }: PlannedMatch, result: FoundRun, at: number): RunSummary {
  const { objective, iterations, sweeps, converged } = result;
  const { from: start, method } = runs[at];
  return { start, method, objective, iterations, sweeps, converged };
}

/** A function that passes the steps of runs to `onProgress`, counted by run. */
function countedSteps(
  onProgress: NonNullable<RunsSettings['onProgress']>,
): (run: number, event: JobEvent) => void {
  const done = new Map<number, number>();
  return (restart, event) => {
    if (!('sweep' in event)) return;
    const count = (done.get(restart) ?? 0) + 1;
    done.set(restart, count);
    const phase = event.group === null ? 'frankWolfe' : 'descent';
    onProgress({ phase, done: count, total: null, restart, ...event });
  };
}

/** A function that passes the rounds of a search to `onProgress`, with the best S so far and its rise. */
function countedRounds(
  onProgress: NonNullable<RunsSettings['onProgress']>,
  rounds: number,
  before: number,
): (line: number, done: number, best: number) => void {
  const total = Number.isFinite(rounds) ? rounds : null;
  let objective = before;
  return (restart, done, best) => {
    const gain = best - objective;
    objective = best;
    const step = { phase: 'search' as const, done, total, restart };
    onProgress({ ...step, sweep: 0, group: null, objective, gain });
  };
}

/** The result with the greatest objective; the first among equals. */
function bestOf(results: readonly FoundRun[]): FoundRun {
  return results.reduce((best, next) => (next.objective > best.objective ? next : best));
}
