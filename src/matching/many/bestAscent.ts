import { composePermutations, invertPermutations, type Permutations } from '../../permutation';
import { indices, shuffled } from '../../permutation/internal';
import type { RandomSource } from '../../runtime';
import { identityOf, type ResolvedSpec, randomOf } from '../../symmetry/internal';
import { runRandom } from '../weights/runMatch';
import { type Ascent, ascend } from './ascend';
import type { ManyNetworks } from './manyNetworks';
import { type ManyStart, startPermutations } from './startPermutations';
import type { ManySettings } from './visit';

/** Settings of a joint match, with every default filled in. */
export interface JointSettings extends ManySettings {
  readonly reference: number;
  readonly start: ManyStart;
  /** The start of the first run in place of `start`. */
  readonly initial: readonly Permutations[] | undefined;
  readonly restarts: number;
  readonly maxPasses: number;
  /** The order in which a pass visits the networks. */
  readonly networkOrder: 'forward' | 'backward' | 'random';
}

/** Makes the runs of a joint match and returns the best, in the frame of the reference. */
export async function bestAscent(networks: ManyNetworks, settings: JointSettings): Promise<Ascent> {
  const { restarts, reference } = settings;
  let best: Ascent | null = null;
  for (let restart = 0; restart < restarts; restart++) {
    const ascent = await runAscent(networks, settings, restart);
    if (!best || ascent.objective > best.objective) best = ascent;
  }
  return { ...best!, permutations: inFrameOf(reference, best!.permutations) };
}

/** The first run starts from `initial`, or from matches that start at the identity; others start at random. */
async function runAscent(
  networks: ManyNetworks,
  settings: JointSettings,
  restart: number,
): Promise<Ascent> {
  const { seed, start, initial, reference, maxPasses, networkOrder } = settings;
  const run = { networks, settings, restart, matches: 0, steps: 0 };
  const random = runRandom(seed, restart, 'start');
  const base = basePermutations(networks.resolved, networks.count, restart === 0 ? null : random);
  const begun =
    restart === 0 && initial
      ? initial
      : await startPermutations(run, start, reference, inFrameOf(reference, base));
  const nextOrder = networkOrders(networks.count, networkOrder, random);
  return ascend(run, begun, maxPasses, nextOrder);
}

/** The identity for each network, or permutations drawn at random. */
function basePermutations(
  resolved: ResolvedSpec,
  count: number,
  random: RandomSource | null,
): Permutations[] {
  return Array.from({ length: count }, () =>
    random ? randomOf(resolved, random) : identityOf(resolved),
  );
}

/** A function that returns the order of the networks in the next pass. */
function networkOrders(
  count: number,
  order: JointSettings['networkOrder'],
  random: RandomSource,
): () => Iterable<number> {
  const forward = indices(count);
  const backward = forward.slice().reverse();
  if (order === 'random') return () => shuffled(forward, random);
  return () => (order === 'forward' ? forward : backward);
}

/** The permutations composed with the inverse of one network's, which then is the identity. S does not change. */
function inFrameOf(reference: number, permutations: readonly Permutations[]): Permutations[] {
  const back = invertPermutations(permutations[reference]);
  return permutations.map((p) => composePermutations(p, back));
}
