import { shuffled } from '../../permutation/internal';
import type { RandomSource } from '../../runtime';
import { assignPairs } from './assignPairs';
import {
  type ComparedNetworks,
  type GroupPair,
  membersOf,
  type UnitPairs,
} from './comparedNetworks';
import { pairGram } from './pairGram';
import type { PairKernel } from './pairKernel';
import { pairObjective } from './pairObjective';

/** One step of a descent over pairs. */
interface PairStep {
  /** The sweep of the step, from 1. */
  readonly sweep: number;
  /** The group whose pairs were solved for. */
  readonly group: string;
  /** The objective after the step. */
  readonly objective: number;
}

/** Settings of a descent over pairs. */
export interface PairDescent {
  readonly kernel: PairKernel;
  readonly maxSweeps: number;
  readonly random: RandomSource;
  readonly onStep: (step: PairStep) => void;
  readonly yieldPoint: () => Promise<void>;
}

/** The pairs that a descent found, and its course. */
export interface FoundPairs {
  readonly pairs: UnitPairs;
  readonly objective: number;
  /** The objective after the first sweep and after each later step. */
  readonly history: readonly number[];
  readonly sweeps: number;
  readonly converged: boolean;
}

/** A rise of the objective by less than this share of it is rounding. */
const ROUNDING = 1e-7;

/**
 * Pairs the units of two networks one group at a time, the others held. The first sweep goes forward, and groups that it has not reached add nothing to the grams. Later sweeps
 * visit the groups in random order and take a step only if the objective rises; the descent ends after a sweep without
 * one. A group is solved together with all groups inside its units.
 */
export async function pairDescent(
  networks: ComparedNetworks,
  { kernel, maxSweeps, random, onStep, yieldPoint }: PairDescent,
): Promise<FoundPairs> {
  let pairs = unpaired(networks.families);
  for (const family of networks.families) {
    pairs = { ...pairs, ...(await solve(family, pairs)) };
    onStep({ sweep: 1, group: family.name, objective: await measure(pairs) });
  }
  let objective = await measure(pairs);
  const history = [objective];
  let [sweeps, converged] = [1, networks.families.length === 0];
  while (!converged && sweeps < maxSweeps) {
    sweeps++;
    converged = true;
    const order = shuffled(Int32Array.from(networks.families.keys()), random);
    for (const family of Array.from(order, (at) => networks.families[at])) {
      const candidate = { ...pairs, ...(await solve(family, pairs)) };
      const value = isSame(candidate, pairs, family) ? objective : await measure(candidate);
      if (value > objective + ROUNDING * Math.abs(objective)) {
        [pairs, objective, converged] = [candidate, value, false];
      }
      history.push(objective);
      onStep({ sweep: sweeps, group: family.name, objective });
    }
  }
  return { pairs, objective, history, sweeps, converged };

  function measure(candidate: UnitPairs): Promise<number> {
    return pairObjective(networks, candidate, kernel, yieldPoint);
  }

  async function solve(family: GroupPair, current: UnitPairs): Promise<UnitPairs> {
    const grams = new Map<string, Float64Array>();
    for (const group of membersOf(family)) {
      grams.set(group.name, await pairGram(networks, group, current, kernel, yieldPoint));
    }
    return assignPairs(family, grams);
  }
}

function unpaired(families: readonly GroupPair[]): UnitPairs {
  return Object.fromEntries(
    families.flatMap(membersOf).map(({ name, a }) => [name, new Int32Array(a.size).fill(-1)]),
  );
}

/** True if two pairings have the same pairs in a family. */
function isSame(p: UnitPairs, q: UnitPairs, family: GroupPair): boolean {
  return membersOf(family).every(({ name }) => p[name].every((unit, i) => unit === q[name][i]));
}
