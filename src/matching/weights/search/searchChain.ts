import type { Permutations } from '../../../permutation';
import { indices, shuffled } from '../../../permutation/internal';
import type { RandomSource } from '../../../runtime';
import type { Objective } from '../../products/products';
import { type DescentSetting, type DescentState, descentState, descentStep } from '../descentState';
import { kick } from './kick';

/** A chain of rounds: each kicks the present optimum, descends again, and keeps or discards the outcome. */
export interface Chain {
  /** A fixed point of coordinate descent. */
  readonly initial: Permutations;
  /** S of `initial`. */
  readonly objective: number;
  readonly random: RandomSource;
  /** True to make another round. */
  readonly goesOn: (round: number) => boolean;
  /** Called after every round with the best S so far. */
  readonly onRound: (best: number) => void;
}

/** The best permutations of a chain. */
export interface ChainEnd {
  readonly permutations: Permutations;
  /** S, added up from gains. */
  readonly objective: number;
  readonly rounds: number;
}

/**
 * Iterated local search: shuffles a part of the present optimum, descends from there, and goes on from the outcome
 * if it is better, or worse by less than a random part of what rounds usually lose. The grams of the optimum are
 * kept, so a round costs what it moves.
 *
 * @see Stützle 2006, iterated local search for the quadratic assignment problem.
 */
export async function searchChain(
  setting: DescentSetting,
  { initial, objective, random, goesOn, onRound }: Chain,
): Promise<ChainEnd> {
  const { target, grams, groups } = setting;
  const state = descentState(setting, initial);
  let [present, best] = [objective, objective];
  let bestPermutations = initial;
  let usualLoss = 0;
  let rounds = 0;
  await sweepUntilSettled(setting, state, random);
  while (goesOn(rounds)) {
    const before = { ...state.permutations };
    const kicked = kick(groups, before, random);
    grams.mark();
    const restore = state.settled.mark();
    Object.assign(state.permutations, kicked.permutations);
    const lost = await changeBetween(target, before, kicked.permutations);
    const change = lost + (await sweepUntilSettled(setting, state, random));
    rounds++;
    if (change > 0 || -change < (usualLoss * random.below(1000)) / 1000) {
      grams.commit();
      present += change;
    } else {
      grams.rollback();
      restore();
      Object.assign(state.permutations, before);
    }
    if (change < 0) usualLoss = usualLoss === 0 ? -change : 0.95 * usualLoss - 0.05 * change;
    if (present > best) [best, bestPermutations] = [present, { ...state.permutations }];
    onRound(best);
  }
  return { permutations: bestPermutations, objective: best, rounds };
}

/** Sweeps in random orders until no group moves, and returns the rise of the objective. */
async function sweepUntilSettled(
  setting: DescentSetting,
  state: DescentState,
  random: RandomSource,
): Promise<number> {
  let total = 0;
  for (;;) {
    let gained = 0;
    for (const at of randomOrder(setting.groups.length, random)) {
      gained += await descentStep(setting, state, setting.groups[at].name);
    }
    if (gained === 0) return total;
    total += gained;
  }
}

function randomOrder(length: number, random: RandomSource): Int32Array {
  return shuffled(indices(length), random);
}

/** The change of the objective between permutations, measured on the terms with groups that differ. */
async function changeBetween(
  { terms, innerProducts }: Objective,
  before: Permutations,
  after: Permutations,
): Promise<number> {
  const touched = terms.filter(({ places }) =>
    places.some(({ group }) => before[group] !== after[group]),
  );
  const [old, now] = [await innerProducts(touched, before), await innerProducts(touched, after)];
  return now.reduce((sum, product, t) => sum + product - old[t], 0);
}
