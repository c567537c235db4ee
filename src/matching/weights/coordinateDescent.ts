import type { Permutations } from '../../permutation';
import type { FoundMatch } from '../matchResult';
import { type DescentSetting, descentState, descentStep } from './descentState';
import { membersOf } from './family';
import { pairedSimilarity } from './term';
import { totalObjective } from './totalObjective';

/** One step of a coordinate descent. */
export interface DescentStep {
  /** The sweep of the step, from 1; 0 for iterations of Frank–Wolfe. */
  readonly sweep: number;
  /** The group whose permutation was solved for; null where all groups move at once. */
  readonly group: string | null;
  /** The objective after the step. */
  readonly objective: number;
  /** The rise of the objective; 0 where the group stayed as it was. */
  readonly gain: number;
}

/** The start, the orders and the callback of a coordinate descent. */
export interface Descent {
  readonly initial: Permutations;
  /** The order of the next sweep. */
  readonly nextOrder: () => readonly string[];
  readonly maxSweeps: number;
  readonly onStep: (step: DescentStep) => void;
}

/**
 * Raises the objective one group at a time (Ainsworth et al. 2023, algorithm 1): with the other
 * groups held, the best permutation of a group solves the assignment problem of its gram. It ends
 * after a sweep in which no group moved.
 *
 * Four departures from the paper: (1) a step is taken only if the true objective rises by more than
 * the rounding of the gram, so that equally good permutations cannot alternate for ever;
 * (2) a group on two axes of one parameter makes the objective quadratic: the gram is its
 * linearisation, the step's gain is measured on the parameters themselves, and smaller steps are
 * tried where it is not a rise; (3) a group whose gram has not changed since it was solved is not
 * solved again; (4) a group is solved together with all groups inside its units, such as the
 * dimensions inside attention heads.
 */
export async function coordinateDescent(
  setting: DescentSetting,
  { initial, nextOrder, maxSweeps, onStep }: Descent,
): Promise<FoundMatch> {
  const { target, grams, groups, yieldPoint } = setting;
  const state = descentState(setting, initial);
  const { permutations, similarity, settled, families } = state;
  let objective = await totalObjective(target, permutations);
  const history = [objective];
  let sweeps = 0;
  let converged = false;

  while (!converged && sweeps < maxSweeps) {
    sweeps++;
    converged = !(await sweep()) && !(await sweepCorrected());
  }
  if (!converged) await completeSimilarity();
  // The sum of gains by float32 grams depends on the path; the objective, computed anew, does not.
  objective = await totalObjective(target, permutations);
  return { permutations, objective, history, sweeps, converged, similarity };

  /** Visits every group once. Returns true if one of them moved. */
  async function sweep(): Promise<boolean> {
    let hasMoved = false;
    for (const group of nextOrder()) {
      const gain = await descentStep(setting, state, group);
      record(group, gain);
      if (gain > 0) hasMoved = true;
    }
    return hasMoved;
  }

  /**
   * Visits the groups whose grams have been corrected, with grams computed anew. Returns true if one of them
   * moved. A fixed point counts only if it is confirmed in this way.
   */
  async function sweepCorrected(): Promise<boolean> {
    const corrected = new Set(grams.refresh());
    let hasMoved = false;
    for (const { name: group } of groups) {
      if (!membersOf(families.get(group)!).some(({ name }) => corrected.has(name))) continue;
      const gain = await descentStep(setting, state, group);
      if (gain === 0) continue;
      record(group, gain);
      hasMoved = true;
    }
    return hasMoved;
  }

  function record(group: string, gain: number): void {
    objective += gain;
    history.push(objective);
    onStep({ sweep: sweeps, group, objective, gain });
  }

  /** Computes the similarity of groups that have moved, or whose neighbours have, since their last step. */
  async function completeSimilarity(): Promise<void> {
    for (const group of Object.keys(permutations)) {
      await yieldPoint();
      if (settled.has(group, permutations)) continue;
      const values = await grams.gram(group, permutations);
      similarity[group] = pairedSimilarity(values, permutations[group]);
    }
  }
}
