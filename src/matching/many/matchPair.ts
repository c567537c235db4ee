import { composePermutations, invertPermutations, type Permutations } from '../../permutation';
import { identityOf } from '../../symmetry/internal';
import type { MatchedNetworks } from '../weights/matchedNetworks';
import { matchNetworks } from '../weights/matchNetworks';
import type { MatchSettings } from '../weights/prepareMatch';
import type { RunsSettings, WeightMatchProgress } from '../weights/runMatches';
import type { MatchedPair } from './pairAlignments';
import type { MatchManyProgress } from './visit';

/** Settings of a joint match of two networks. */
export interface PairSettings
  extends Omit<MatchSettings, 'initial' | 'start' | 'method'>,
    Omit<RunsSettings, 'onProgress'> {
  readonly reference: number;
  readonly pairs: boolean;
  readonly initial: readonly Permutations[] | undefined;
  readonly onProgress: ((progress: MatchManyProgress) => void) | undefined;
}

/**
 * The joint match of two networks: that of `weightMatch`.
 *
 * @param networks - The reference as A, and the other as B.
 */
export async function matchPair(networks: MatchedNetworks, settings: PairSettings) {
  const { reference, initial, onProgress } = settings;
  const other = 1 - reference;
  const match = await matchNetworks(networks, {
    ...settings,
    ...{ start: undefined, method: 'frankWolfe', measureLosses: null },
    initial: initial && composePermutations(initial[other], invertPermutations(initial[reference])),
    onProgress: onProgress && ((step) => onProgress({ ...stepOf(step), pass: 1, network: other })),
  });
  const { permutations, alignment, objective, history, converged } = match;
  const fixed = identityOf(networks.resolved);
  const pair: MatchedPair = { a: 0, b: 1, alignment, objective };
  const both = reference === 0 ? [fixed, permutations] : [permutations, fixed];
  const pairs = settings.pairs ? [pair] : [];
  return { permutations: both, objective, pairs, history, passes: 1, converged };
}

/** The fields of a step that both kinds of progress have. */
function stepOf({ done, restart, group, objective }: WeightMatchProgress) {
  return { done, total: null, restart, group, objective };
}
