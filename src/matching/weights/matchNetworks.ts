import type { Permutations } from '../../permutation';
import { matchResult } from '../matchResult';
import { divideParameter } from './divideParameter';
import type { StartSettings } from './firstStart';
import type { MatchedNetworks } from './matchedNetworks';
import type { MatchJournal } from './matchJournal';
import { type MatchSettings, prepareMatch } from './prepareMatch';
import { type RunsOutcome, type RunsSettings, runMatches } from './runMatches';
import type { SearchReport } from './search/searchOptions';
import type { WeightMatchResult } from './weightMatchResult';

/** Settings of a match beside those of its runs. */
export interface NetworksSettings extends MatchSettings, StartSettings {
  /** Measures the greatest loss between A and B permuted, for each of several permutations; null for no measurement. */
  readonly measureLosses: ((candidates: readonly Permutations[]) => Promise<number[]>) | null;
  /** Keeps the state of the match. Default: it is not kept. */
  readonly journal?: MatchJournal;
}

/**
 * Matches two networks in three steps: prepare (check, find a start, and plan the runs), run (one after another or on
 * threads; the best is kept and may be searched on), result. Disposes `networks` at the end.
 */
export async function matchNetworks(
  networks: MatchedNetworks,
  settings: NetworksSettings & RunsSettings,
): Promise<WeightMatchResult> {
  const { threads, yieldPoint, measureLosses, journal } = settings;
  if (threads) threads.work.matches++;
  try {
    await yieldPoint();
    const match = await prepareMatch(networks, settings);
    const outcome = await runMatches(match, {
      ...settings,
      states: journal?.before?.runs,
      onStates: journal && ((runs) => journal.keep({ first: match.first, runs })),
    });
    const { found, runs, search } = outcome;
    const losses =
      search && measureLosses
        ? await measureLosses(found.map(({ permutations }) => permutations))
        : null;
    const chosen = losses ? losses.indexOf(Math.min(...losses)) : 0;
    const { resolved, weights, names, movedSums } = match.networks;
    const parameters = names.map((name) => divideParameter(name, weights.shape(name), resolved));
    const { iterations: _, ...best } = found[chosen];
    return {
      ...matchResult(best, await movedSums(parameters, best.permutations)),
      bound: match.bound,
      runs,
      search: searchReport(outcome, losses, chosen),
    };
  } finally {
    if (threads) threads.work.matches--;
    networks.dispose();
  }
}

function searchReport(
  { found, runs, search }: RunsOutcome,
  losses: readonly number[] | null,
  chosen: number,
): SearchReport | null {
  return (
    search && {
      rounds: search.rounds,
      before: Math.max(...runs.map(({ objective }) => objective)),
      optima: found.map(({ objective }, at) => ({ objective, loss: losses?.[at] ?? null })),
      chosen,
    }
  );
}
