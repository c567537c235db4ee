import type { AssignmentSolver } from '../../assignment';
import type { Permutations } from '../../permutation';
import type { ResolvedGroup } from '../../symmetry/internal';
import type { FoundMatch } from '../matchResult';
import type { Objective } from '../products/products';
import { familyOf, membersOf } from './family';
import type { Grams } from './grams';
import { groupStep } from './groupStep';
import { settledGroups } from './settledGroups';
import { pairedSimilarity } from './term';

/** One step of a coordinate descent. */
export interface DescentStep {
  /** The sweep of the step, from 1. */
  readonly sweep: number;
  /** The group whose permutation was solved for. */
  readonly group: string;
  /** The objective after the step. */
  readonly objective: number;
  /** The rise of the objective; 0 where the group stayed as it was. */
  readonly gain: number;
}

/** Start, settings and callbacks of a coordinate descent. */
export interface Descent {
  /** The groups, parents before the groups inside them. */
  readonly groups: readonly ResolvedGroup[];
  readonly initial: Permutations;
  /** The order of the next sweep. */
  readonly nextOrder: () => readonly string[];
  readonly maxSweeps: number;
  readonly solver: AssignmentSolver;
  /** Awaited before every step. */
  readonly yieldPoint: () => Promise<void>;
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
  target: Objective,
  grams: Grams,
  { groups, initial, nextOrder, maxSweeps, solver, yieldPoint, onStep }: Descent,
): Promise<FoundMatch> {
  const families = new Map(groups.map(({ name }) => [name, familyOf(groups, name)]));
  const settled = settledGroups(grams, families);
  const permutations = { ...initial };
  const similarity: Record<string, Float64Array> = {};
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
      const gain = await step(group);
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
      const gain = await step(group);
      if (gain === 0) continue;
      record(group, gain);
      hasMoved = true;
    }
    return hasMoved;
  }

  /** Solves for a group, takes the step if it raises the objective, and returns the gain. */
  async function step(group: string): Promise<number> {
    await yieldPoint();
    if (settled.has(group, permutations)) return 0;
    const changed = settled.changedMembers(group, permutations);
    const outcome = await groupStep(target, grams, families.get(group)!, permutations, solver);
    if (outcome.gain > 0) Object.assign(permutations, outcome.permutations);
    Object.assign(similarity, outcome.similarity);
    // The step has read the changed grams of all members, but may have solved for some members only.
    settled.remove(changed);
    settled.add(Object.keys(outcome.similarity), permutations);
    return outcome.gain;
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

/** S(P), each term counted once. */
async function totalObjective(
  { terms, innerProducts }: Objective,
  permutations: Permutations,
): Promise<number> {
  const products = await innerProducts(terms, permutations);
  return products.reduce((sum, product) => sum + product, 0);
}
