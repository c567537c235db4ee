import type { AssignmentSolver } from '../../assignment';
import type { Permutation, Permutations } from '../../permutation';
import type { ResolvedGroup } from '../../symmetry/internal';
import type { MatchResult } from '../matchResult';
import type { Objective } from '../products/products';
import { familyOf, membersOf } from './assignFamily';
import type { Grams } from './grams';
import { groupStep } from './groupStep';
import { pairedSimilarity } from './term';

/** What one step of a coordinate descent did. */
export interface DescentStep {
  /** The sweep that the step belongs to, from 1. */
  readonly sweep: number;
  /** The group whose permutation was solved for. */
  readonly group: string;
  /** The objective after the step. */
  readonly objective: number;
  /** By how much the step raised it; 0 where the group stayed as it was. */
  readonly gain: number;
}

/** Where a coordinate descent starts, how it goes, and whom it tells. */
export interface Descent {
  /** Parents before what is inside them. */
  readonly groups: readonly ResolvedGroup[];
  readonly initial: Permutations;
  readonly nextOrder: () => readonly string[];
  readonly maxSweeps: number;
  readonly solver: AssignmentSolver;
  readonly yieldPoint: () => Promise<void>;
  readonly onStep: (step: DescentStep) => void;
}

/**
 * Raises the objective one group at a time (Ainsworth et al. 2023, algorithm 1): with the other
 * groups held, the best permutation of a group solves the assignment problem of its gram. Ends after
 * a sweep in which no group moved.
 *
 * Four departures from the paper: (1) a step is taken only if the true objective rises by more than
 * the rounding of the gram, so that equally good permutations cannot follow one another for ever;
 * (2) a group on two axes of one parameter makes the objective quadratic: the gram is its
 * linearisation, and the step's gain is measured on the parameters themselves; (3) a group whose
 * gram has not changed since it was solved is not solved again; (4) a group is solved together with all
 * that is inside its units, such as the dimensions inside attention heads.
 */
export async function coordinateDescent(
  target: Objective,
  grams: Grams,
  { groups, initial, nextOrder, maxSweeps, solver, yieldPoint, onStep }: Descent,
): Promise<MatchResult> {
  const permutations = { ...initial };
  const families = new Map(groups.map(({ name }) => [name, familyOf(groups, name)]));
  const similarity: Record<string, Float64Array> = {};
  /** What the permutations were, of those that a group's solution depends on beside its grams. */
  const solvedFor = new Map<string, ReadonlyMap<string, Permutation>>();
  let objective = await totalObjective(target, permutations);
  const history = [objective];

  /** The group, all inside it, and its parent. */
  const relatives = (group: string): string[] => {
    const family = families.get(group)!;
    const { parent } = family.group;
    return [...membersOf(family).map(({ name }) => name), ...(parent === null ? [] : [parent])];
  };

  /** Whether the group's similarity, and so its last solution, still holds. */
  const isSettled = (group: string) => {
    const solved = solvedFor.get(group);
    return (
      solved !== undefined &&
      relatives(group).every((name) => solved.get(name) === permutations[name]) &&
      membersOf(families.get(group)!).every(({ name }) => grams.unchanged(name, permutations))
    );
  };

  /** Solves for one group, takes the step if it raises the objective, and tells by how much. */
  async function step(group: string): Promise<number> {
    await yieldPoint();
    if (isSettled(group)) return 0;
    const family = families.get(group)!;
    const isStale = ({ name }: ResolvedGroup) => !grams.unchanged(name, permutations);
    const stale = membersOf(family).filter(isStale);
    const outcome = await groupStep(target, grams, family, permutations, solver);
    // The step has read all grams of the family: those that it did not solve for have changed all the same.
    for (const { name } of stale) if (!outcome.similarity[name]) solvedFor.delete(name);
    if (outcome.gain > 0) Object.assign(permutations, outcome.permutations);
    Object.assign(similarity, outcome.similarity);
    for (const name of Object.keys(outcome.similarity)) {
      solvedFor.set(name, new Map(relatives(name).map((each) => [each, permutations[each]])));
    }
    return outcome.gain;
  }

  function record(sweep: number, group: string, gain: number): void {
    objective += gain;
    history.push(objective);
    onStep({ sweep, group, objective, gain });
  }

  let sweeps = 0;
  let converged = false;
  while (!converged && sweeps < maxSweeps) {
    sweeps++;
    converged = true;
    for (const group of nextOrder()) {
      const gain = await step(group);
      record(sweeps, group, gain);
      if (gain > 0) converged = false;
    }
    // A fixed point is one only if it stays one on grams that were computed, not corrected.
    const stale = new Set(converged ? grams.refresh() : []);
    const isStale = ({ name }: ResolvedGroup) => stale.has(name);
    for (const { name: group } of groups) {
      if (!membersOf(families.get(group)!).some(isStale)) continue;
      const gain = await step(group);
      if (gain === 0) continue;
      record(sweeps, group, gain);
      converged = false;
    }
  }
  if (!converged) {
    for (const group of Object.keys(permutations)) {
      await yieldPoint();
      if (isSettled(group)) continue;
      const values = await grams.gram(group, permutations);
      similarity[group] = pairedSimilarity(values, permutations[group]);
    }
  }
  // Gains are told by float32 grams: summed afresh, the objective does not depend on the way there.
  objective = await totalObjective(target, permutations);
  return { permutations, objective, history, sweeps, converged, similarity };
}

/** S(P), each term counted once. */
async function totalObjective(
  { terms, innerProducts }: Objective,
  permutations: Permutations,
): Promise<number> {
  const products = await innerProducts(terms, permutations);
  return products.reduce((sum, product) => sum + product, 0);
}
