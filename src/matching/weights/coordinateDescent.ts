import type { Permutations } from '../../permutation';
import type { FoundMatch } from '../matchResult';
import { type DescentSetting, descentState, descentStep } from './descentState';
import { namesIn } from './family';
import type { DescentPoint } from './runPoint';
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
  /** The point of an earlier descent with the same start and orders, to go on from. Default: the start. */
  readonly point?: DescentPoint;
  readonly onStep: (step: DescentStep) => void;
  /** Called after every step, or every {@link POINTS}-th part of a sweep over many groups. */
  readonly onPoint?: (point: DescentPoint) => void;
}

/** The number of points of a sweep over more groups than these: each point holds the state of all groups. */
const POINTS = 256;

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
  { initial, nextOrder, maxSweeps, point, onStep, onPoint }: Descent,
): Promise<FoundMatch> {
  const { target, grams, groups, yieldPoint } = setting;
  const state = descentState(setting, initial, point);
  const { permutations, similarity, settled, families } = state;
  let objective = point?.history.at(-1) ?? (await totalObjective(target, permutations));
  const history = point ? [...point.history] : [objective];
  let sweeps = point ? point.sweep - 1 : 0;
  let [visited, hasMoved] = [point?.visited ?? 0, point?.hasMoved ?? false];
  let converged = false;
  const stepsPerPoint = Math.ceil(groups.length / POINTS);
  for (let drawn = 0; drawn < sweeps; drawn++) nextOrder();

  while (!converged && sweeps < maxSweeps) {
    sweeps++;
    await sweep();
    if (!hasMoved) await sweepCorrected();
    converged = !hasMoved;
    [visited, hasMoved] = [0, false];
  }
  if (!converged) await completeSimilarity();
  // The sum of gains by float32 grams depends on the path; the objective, computed anew, does not.
  objective = await totalObjective(target, permutations);
  return { permutations, objective, history, sweeps, converged, similarity };

  /** Visits every group that the sweep has not visited. */
  async function sweep(): Promise<void> {
    for (const group of nextOrder().slice(visited)) {
      const gain = await descentStep(setting, state, group);
      visited++;
      record(group, gain);
    }
  }

  /**
   * Visits the groups whose grams have been corrected, with grams computed anew. A fixed point counts only if it is
   * confirmed in this way.
   */
  async function sweepCorrected(): Promise<void> {
    const corrected = new Set(grams.refresh());
    for (const { name: group } of groups) {
      if (!namesIn(families.get(group)!).some((name) => corrected.has(name))) continue;
      const gain = await descentStep(setting, state, group);
      if (gain > 0) record(group, gain);
    }
  }

  function record(group: string, gain: number): void {
    objective += gain;
    history.push(objective);
    if (gain > 0) hasMoved = true;
    onStep({ sweep: sweeps, group, objective, gain });
    if (history.length % stepsPerPoint === 0) onPoint?.(present());
  }

  function present(): DescentPoint {
    return {
      permutations: { ...permutations },
      similarity: { ...similarity },
      history: [...history],
      sweep: sweeps,
      ...{ visited, hasMoved },
      settled: settled.all(permutations),
      corrected: grams.corrected(),
    };
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
