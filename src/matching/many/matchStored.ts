import type { GroupOrder } from '../weights/groupOrder';
import { runMatches } from '../weights/runMatches';
import { bestAscent, type JointSettings } from './bestAscent';
import type { ManyNetworks } from './manyNetworks';
import { pairAlignments } from './pairAlignments';

/**
 * The method of a joint match.
 *
 * - `ascent`: block-coordinate ascent from `start`.
 * - `mergeMany`: the same from the identity, the networks in random order, as Ainsworth et al. 2023.
 * - `frankWolfe`: as `ascent`, but the first pass matches each network to the sum of the others by the algorithm of
 *   Frank and Wolfe, where that raises the objective.
 */
export type ManyMethod = 'ascent' | 'mergeMany' | 'frankWolfe';

/** Settings of a joint match of networks in any store. */
export interface StoredSettings
  extends Omit<JointSettings, 'networkOrder' | 'solveNetwork' | 'visitMethod'> {
  readonly method: ManyMethod;
  /** True to compute the alignments of all pairs. */
  readonly pairs: boolean;
}

/** The joint match of networks in tensors or in checkpoints, without tfjs where the engine is without it. */
export async function matchStored(networks: ManyNetworks, settings: StoredSettings) {
  const { method, order, pairs, yieldPoint } = settings;
  for (let k = 0; k < networks.count; k++) {
    await yieldPoint();
    (await networks.open(k)).dispose(); // Networks are checked when they are opened for the first time.
  }
  const found = await bestAscent(networks, {
    ...settings,
    networkOrder: method === 'mergeMany' ? 'random' : networkOrderOf(order),
    solveNetwork: async (match, runs) => (await runMatches(match, runs)).found[0],
    visitMethod: method === 'frankWolfe' ? 'frankWolfe' : 'coordinateDescent',
  });
  const { permutations } = found;
  return {
    ...found,
    pairs: pairs ? await pairAlignments(networks, permutations, yieldPoint) : [],
  };
}

/** The order of the networks in a pass that goes with an order of the groups. */
function networkOrderOf(order: GroupOrder): JointSettings['networkOrder'] {
  return order === 'random' || order === 'backward' ? order : 'forward';
}
