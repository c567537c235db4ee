import type { Permutations } from '../../permutation';
import type { Progress } from '../../runtime';
import type { FoundMatch } from '../matchResult';
import { firstStart } from '../weights/firstStart';
import type { GroupOrder } from '../weights/groupOrder';
import type { MatchedNetworks } from '../weights/matchedNetworks';
import type { MatchMethod } from '../weights/matchMethod';
import { hasRoomForFrankWolfe, type PlannedMatch } from '../weights/prepareMatch';
import type { RunStart } from '../weights/runMatch';
import type { RunsSettings } from '../weights/runMatches';
import { threadedNetworks } from '../weights/threadedNetworks';
import type { ManyNetworks } from './manyNetworks';

/** Progress of `matchMany`, after every step. */
export interface MatchManyProgress extends Progress {
  /** The number of steps of the run so far. */
  readonly done: number;
  /** Always null: a run ends when no network moves, so the number of its steps is not known beforehand. */
  readonly total: null;
  /** The run of the step, from 0. */
  readonly restart: number;
  /** The pass over the networks, from 1; 0 for matches that find the start. */
  readonly pass: number;
  /** The index of the network that is matched. */
  readonly network: number;
  /** The group that the step solved; null where all move at once. */
  readonly group: string | null;
  /** The objective after the step; in pass 0 that of the match of the network alone. */
  readonly objective: number;
}

/** Finds the permutations of one network with the others held: the runs of a prepared match, of which there is one. */
type SolveNetwork = (match: PlannedMatch, settings: RunsSettings) => Promise<FoundMatch>;

/** Settings of joint matches that hold for all their runs. */
export interface ManySettings extends Omit<RunsSettings, 'onProgress'> {
  readonly order: GroupOrder;
  readonly seed: number;
  readonly maxSweeps: number;
  readonly solveNetwork: SolveNetwork;
  /** The method of the visits of the first pass; later ones are made by coordinate descent. */
  readonly visitMethod: MatchMethod;
  readonly onProgress: ((progress: MatchManyProgress) => void) | undefined;
}

/** The state that the matches of one run share. */
export interface ManyRun {
  readonly networks: ManyNetworks;
  readonly settings: ManySettings;
  /** The index of the run. */
  readonly restart: number;
  /** The number of matches begun so far. */
  matches: number;
  /** The number of steps so far. */
  steps: number;
}

/** One match of a run: a network as B and another, or a sum of others, as A. */
export interface Visit {
  readonly pass: number;
  readonly network: number;
  /** The number of the match in its run, which selects its stream of random numbers. */
  readonly match: number;
  readonly initial: Permutations;
  /** The origin of `initial`; null to find the start of the match. */
  readonly from: RunStart | null;
  readonly method: MatchMethod;
  /** True to search for a better optimum from the end of the match. */
  readonly isSearched: boolean;
  /** The objective before the match; null for a match that finds a start, whose own objective is reported. */
  readonly before: number | null;
}

/** Streams of random numbers are numbered so that a run does not depend on the number of runs. */
const MOST_RUNS = 2 ** 16;

/** Matches a network to what it is paired with, and disposes the pair. */
export async function visit(
  manyRun: ManyRun,
  pair: MatchedNetworks,
  { pass, network, match, initial, from, method, isSearched, before }: Visit,
  signal = manyRun.settings.signal,
): Promise<FoundMatch> {
  const { settings, networks, restart } = manyRun;
  const { order, seed, maxSweeps, threads, solveNetwork, onProgress } = settings;
  const { terms } = networks;
  const { groups } = networks.resolved;
  let gained = 0;
  if (threads) threads.work.matches++;
  try {
    const own = await threadedNetworks(pair, threads);
    const begun = from ? { initial, from } : await firstStart(own, terms, 'auto', settings);
    const hasRoom = hasRoomForFrankWolfe(groups, pair.weights.bytes);
    const fitting: MatchMethod = hasRoom ? 'frankWolfe' : 'coordinateDescent';
    const run = {
      ...{ method: method === 'frankWolfe' ? fitting : method },
      ...{ restart: restart + MOST_RUNS * match, seed, order, groups, maxSweeps },
      ...{ initial: begun.initial, from: begun.from },
    };
    return await solveNetwork(
      { networks: own, terms, runs: [run], method: fitting },
      {
        ...settings,
        search: isSearched ? settings.search : null,
        signal,
        onProgress:
          onProgress &&
          (({ group, gain, objective: ofMatch }) => {
            gained += gain;
            const objective = before === null ? ofMatch : before + gained;
            const done = ++manyRun.steps;
            onProgress({ done, total: null, restart, pass, network, group, objective });
          }),
      },
    );
  } finally {
    if (threads) threads.work.matches--;
    pair.dispose();
  }
}
