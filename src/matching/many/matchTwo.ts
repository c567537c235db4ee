import { composePermutations, invertPermutations, type Permutations } from '../../permutation';
import { identityOf } from '../../symmetry/internal';
import { matchNetworks } from '../weights/matchNetworks';
import type { MatchSettings } from '../weights/prepareMatch';
import type { RunsSettings, WeightMatchProgress } from '../weights/runMatches';
import { type TensorMatchSettings, tensorNetworks } from '../weights/tensorNetworks';
import type { MatchedPair } from './pairAlignments';
import type { TensorStore } from './tensorStore';
import type { MatchManyProgress } from './visit';

/** Settings of a joint match of two networks. */
interface TwoSettings
  extends Omit<MatchSettings, 'initial' | 'start' | 'method'>,
    Omit<RunsSettings, 'onProgress'>,
    Omit<TensorMatchSettings, 'include'> {
  readonly reference: number;
  readonly pairs: boolean;
  readonly initial: readonly Permutations[] | undefined;
  readonly onProgress: ((progress: MatchManyProgress) => void) | undefined;
}

/** The joint match of two networks: that of `weightMatch`, with the reference as A. */
export async function matchTwo(store: TensorStore, settings: TwoSettings) {
  const { reference, initial, onProgress, yieldPoint } = settings;
  const other = 1 - reference;
  const open = [];
  try {
    for (const k of [reference, other]) {
      await yieldPoint();
      open.push(await store.open(k));
    }
    const [a, b] = open.map(({ params }) => params);
    const included = new Set(store.names);
    const include = (name: string) => included.has(name);
    const labels = { a: store.labels[reference], b: store.labels[other] };
    const networks = { ...tensorNetworks(store.spec, a, b, { ...settings, include }), labels };
    const match = await matchNetworks(networks, {
      ...settings,
      ...{ start: undefined, method: 'frankWolfe', measureLosses: null },
      initial:
        initial && composePermutations(initial[other], invertPermutations(initial[reference])),
      onProgress:
        onProgress && ((step) => onProgress({ ...stepOf(step), pass: 1, network: other })),
    });
    const { permutations, alignment, objective, history, converged } = match;
    const fixed = identityOf(store.resolved);
    const pair: MatchedPair = { a: 0, b: 1, alignment, objective };
    const both = reference === 0 ? [fixed, permutations] : [permutations, fixed];
    const pairs = settings.pairs ? [pair] : [];
    return { permutations: both, objective, pairs, history, passes: 1, converged };
  } finally {
    for (const network of open) network.dispose();
  }
}

/** The fields of a step that both kinds of progress have. */
function stepOf({
  done,

  restart,
  group,
  objective,
}: WeightMatchProgress) {
  return { done, total: null, restart, group, objective };
}
