import { randomOf } from '../../../symmetry/internal';
import type { JobRunner } from '../jobRunner';
import type { PlannedMatch } from '../prepareMatch';
import { runRandom } from '../runMatch';
import { keepOptimum } from './keepOptimum';
import { movableGroups } from './movableGroups';
import type { Optimum } from './searchChain';
import type { SearchExtent } from './searchExtent';
import type { SearchJob } from './searchJob';
import { stopFlag } from './stopFlag';

/** The outcome of a search. */
export interface SearchOutcome {
  /** Different optima, best first. */
  readonly optima: readonly Optimum[];
  readonly rounds: number;
}

/** The most lines of a search, which run side by side on threads. */
const MOST_LINES = 4;

/** The most rounds of a line before the lines are compared. */
const ROUNDS_OF_A_LEG = 25;

/**
 * Searches for better optima on several lines. The first starts from the given optimum, each other from the end of a
 * run with a random start. After every leg the worst line begins anew. The number of lines and legs
 * depends on the number of rounds alone, so threads do not change the result.
 *
 * @param onBest - Called after every round of a line with the number of rounds so far and the best S of all lines.
 */
export async function searchOptima(
  match: PlannedMatch,
  runner: JobRunner,
  start: Optimum,
  { seed, rounds, seconds, stop, keep }: SearchExtent,
  onBest: ((line: number, rounds: number, best: number) => void) | null,
): Promise<SearchOutcome> {
  const { groups } = match.networks.resolved;
  if (movableGroups(groups, match.terms).length === 0) return { optima: [start], rounds: 0 };
  const until = seconds === null ? null : Date.now() + 1000 * seconds;
  const flag = stopFlag(stop);
  const count = Math.min(MOST_LINES, Math.max(1, Math.ceil(rounds / ROUNDS_OF_A_LEG)));
  let lines: SearchJob['start'][] = Array.from({ length: count }, (_, line) =>
    line === 0 ? start : randomRun(match, seed, line),
  );
  let optima: readonly Optimum[] = [start];
  let [done, legs, best] = [0, 0, start.objective];
  const isOver = () => (until !== null && Date.now() >= until) || flag?.isSet() === true;
  try {
    while (done < rounds && !isOver()) {
      const shares = sharesOf(Math.min(rounds - done, count * ROUNDS_OF_A_LEG), count);
      const jobs = lines.map((from, line) => ({
        kind: 'search' as const,
        search: {
          ...{ groups, start: from, seed, stream: streamOf(legs, line), rounds: shares[line] },
          ...{ until, stop: flag?.memory ?? null },
        },
      }));
      const before = done;
      let told = 0;
      const results = await runner.run(
        jobs,
        onBest &&
          ((line, event) => {
            if (!('best' in event)) return;
            told++;
            best = Math.max(best, event.best);
            onBest(line, before + told, best);
          }),
      );
      const ends = results.filter((end) => end !== null);
      for (const end of ends) optima = keepOptimum(optima, end, keep);
      done += ends.reduce((sum, end) => sum + end.rounds, 0);
      legs++;
      lines = nextLines(ends, (line) => randomRun(match, seed, legs * MOST_LINES + line));
    }
  } finally {
    flag?.release();
  }
  return { optima, rounds: done };
}

/** The streams of random numbers after those of the runs. */
const FIRST_STREAM = 2 ** 20;

function streamOf(leg: number, line: number): number {
  return FIRST_STREAM + leg * MOST_LINES + line;
}

/** A run from a random start. Its number is beyond those of the match's own runs. */
function randomRun(
  { networks: { resolved }, runs: [run], method }: PlannedMatch,
  seed: number,
  line: number,
): SearchJob['start'] {
  const restart = FIRST_STREAM + line;
  const initial = randomOf(resolved, runRandom(seed, restart, 'start'));
  return { ...run, restart, initial, method, from: 'random' };
}

/** Splits rounds into shares that differ by one at most. */
function sharesOf(rounds: number, count: number): number[] {
  return Array.from(
    { length: count },
    (_, line) => Math.floor(rounds / count) + (line < rounds % count ? 1 : 0),
  );
}

/** The starts of the next leg: the ends of this one, but a new run in place of the worst of several. */
function nextLines(
  ends: readonly Optimum[],
  newRun: (line: number) => SearchJob['start'],
): SearchJob['start'][] {
  const worst = ends.reduce((least, end) => (end.objective < least.objective ? end : least));
  return ends.map((end, line) => (end === worst && ends.length > 1 ? newRun(line) : end));
}
