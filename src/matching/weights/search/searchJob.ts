import { randomSource } from '../../../runtime';
import type { ResolvedGroup } from '../../../symmetry/internal';
import { type MatchEngine, type MatchRun, type RunSettings, runMatch } from '../runMatch';
import { type ChainEnd, type Optimum, searchChain } from './searchChain';

/** A part of a search, as data that can be sent to a thread. */
export interface SearchJob {
  readonly groups: readonly ResolvedGroup[];
  /** An optimum to start from, or a run that finds one. */
  readonly start: Optimum | MatchRun;
  readonly seed: number;
  /** The stream of random numbers. */
  readonly stream: number;
  readonly rounds: number;
  /** The time at which the job ends, as of `Date.now()`; null for none. */
  readonly until: number | null;
  /** Shared memory that is set to 1 to end the job with its best result; null for none. */
  readonly stop: Int32Array | null;
}

/**
 * Does a job. The result depends on the job alone if no time is set and it is not stopped. It is null if the search
 * is over before the run that finds the start.
 */
export async function searchJob<Matrix>(
  engine: MatchEngine<Matrix>,
  { groups, start, seed, stream, rounds, until, stop }: SearchJob,
  { solver, yieldPoint }: Omit<RunSettings, 'onStep'>,
  onRound: (best: number) => void,
): Promise<ChainEnd | null> {
  const isOver = () =>
    (until !== null && Date.now() >= until) || (stop !== null && Atomics.load(stop, 0) === 1);
  if ('restart' in start && isOver()) return null;
  const settings = { solver, yieldPoint, onStep: () => {} };
  const optimum = 'restart' in start ? await runMatch(engine, start, settings) : start;
  const { products: target, grams } = engine;
  grams.restart();
  const setting = { target, grams, groups, solver, yieldPoint };
  return searchChain(setting, {
    initial: optimum.permutations,
    objective: optimum.objective,
    random: randomSource(seed, stream),
    goesOn: (round) => round < rounds && !isOver(),
    onRound,
  });
}
