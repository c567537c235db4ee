import type { Permutations } from '../../../permutation';
import { indices, shuffled } from '../../../permutation/internal';
import type { RandomSource } from '../../../runtime';
import type { Objective } from '../../products/products';
import { type DescentSetting, type DescentState, descentState, descentStep } from '../descentState';
import { termsOn } from '../termsOn';
import { totalObjective } from '../totalObjective';
import { kick } from './kick';
import { movableGroups } from './movableGroups';

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

/** Permutations and their S. */
export interface Optimum {
  readonly permutations: Permutations;
  readonly objective: number;
}

/** The best permutations of a chain. */
export interface ChainEnd extends Optimum {
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
  const movable = movableGroups(groups, target.terms);
  const state = descentState(setting, initial);
  const course: Course = { present: objective, best: { permutations: initial, objective } };
  let usualLoss = 0;
  let rounds = 0;
  // Nothing rises here unless a run has ended early.
  course.present += await sweepUntilSettled(setting, state, random);
  await keepBest(target, course, state.permutations);
  while (goesOn(rounds)) {
    const before = { ...state.permutations };
    const kicked = kick(groups, movable, before, random);
    grams.mark();
    const restore = state.settled.mark();
    Object.assign(state.permutations, kicked.permutations);
    const lost = await changeBetween(target, before, kicked.permutations);
    const change = lost + (await sweepUntilSettled(setting, state, random));
    const allowedLoss = (usualLoss * random.below(1000)) / 1000;
    rounds++;
    if (change > 0 || -change < allowedLoss) {
      grams.commit();
      course.present += change;
      await keepBest(target, course, state.permutations);
    } else {
      grams.rollback();
      restore();
      Object.assign(state.permutations, before);
    }
    if (change < 0) usualLoss = usualLoss === 0 ? -change : 0.95 * usualLoss - 0.05 * change;
    onRound(course.best.objective);
  }
  return { ...course.best, rounds };
}

/** S of the present permutations, added up from gains, and the best so far. */
interface Course {
  present: number;
  best: Optimum;
}

/** Keeps the present permutations if they are the best. Gains add up the rounding of grams, so S is computed anew. */
async function keepBest(
  target: Objective,
  course: Course,
  permutations: Permutations,
): Promise<void> {
  if (course.present <= course.best.objective) return;
  course.present = await totalObjective(target, permutations);
  if (course.present <= course.best.objective) return;
  course.best = { permutations: { ...permutations }, objective: course.present };
}

/** The most sweeps of a round: rounding of corrected grams must not keep it from ending. */
const MOST_SWEEPS = 100;

/** Sweeps in random orders until no group moves, and returns the rise of the objective. */
async function sweepUntilSettled(
  setting: DescentSetting,
  state: DescentState,
  random: RandomSource,
): Promise<number> {
  const { groups, yieldPoint } = setting;
  const { settled, permutations } = state;
  let total = 0;
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    await yieldPoint();
    let gained = 0;
    for (const at of randomOrder(groups.length, random)) {
      const { name } = groups[at];
      // A kick moves few groups. Of hundreds most are settled: even an await for each takes longer than the steps.
      if (!settled.has(name, permutations)) gained += await descentStep(setting, state, name);
    }
    if (gained === 0) break;
    total += gained;
  }
  return total;
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
  const moved = Object.keys(after).filter((group) => before[group] !== after[group]);
  const touched = termsOn(terms, moved);
  const [old, now] = [await innerProducts(touched, before), await innerProducts(touched, after)];
  return now.reduce((sum, product, t) => sum + product - old[t], 0);
}
