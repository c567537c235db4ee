import { type MatchResult, matchResult } from '../matchResult';
import { divideParameter } from './divideParameter';
import type { MatchedNetworks } from './matchedNetworks';
import { type MatchSettings, prepareMatch } from './prepareMatch';
import { type RunsSettings, runMatches } from './runMatches';

/**
 * Matches two networks in three steps: prepare (check, and plan the runs), run (one after another or on
 * threads; the best is kept), result. Disposes `networks` at the end.
 */
export async function matchNetworks(
  networks: MatchedNetworks,
  settings: MatchSettings & RunsSettings,
): Promise<MatchResult> {
  const { threads, yieldPoint } = settings;
  if (threads) threads.work.matches++;
  try {
    await yieldPoint();
    const match = await prepareMatch(networks, settings);
    const found = await runMatches(match, settings);
    const { resolved, weights, names, movedSums } = match.networks;
    const parameters = names.map((name) => divideParameter(name, weights.shape(name), resolved));
    return matchResult(found, await movedSums(parameters, found.permutations));
  } finally {
    if (threads) threads.work.matches--;
    networks.dispose();
  }
}
