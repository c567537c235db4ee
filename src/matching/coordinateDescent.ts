import type { AssignmentSolver } from '../assignment/assignment';
import { assertPermutation, type Permutation, type Permutations } from '../permutation/permutation';
import { isQuadratic, pairedSimilarity } from './comparison';
import type { Grams } from './grams';
import type { MatchResult } from './matchResult';
import type { Objective } from './products/products';

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
  readonly initial: Permutations;
  readonly nextOrder: () => readonly string[];
  readonly maxSweeps: number;
  readonly solver: AssignmentSolver;
  readonly checkpoint: () => Promise<void>;
  readonly onStep: (step: DescentStep) => void;
}

/**
 * Raises the objective one group at a time (Ainsworth et al. 2023, algorithm 1): with the other
 * groups held, the best permutation of a group solves the assignment problem of its gram. Ends after
 * a sweep in which no group moved.
 *
 * Three departures from the paper: (1) a step is taken only if the true objective rises by more than
 * the rounding of the gram, so that equally good permutations cannot follow one another for ever;
 * (2) a group on two axes of one parameter makes the objective quadratic: the gram is its
 * linearisation, and the step's gain is measured on the parameters themselves; (3) a group whose
 * gram has not changed since it was solved is not solved again.
 */
export async function coordinateDescent(
  target: Objective,
  grams: Grams,
  { initial, nextOrder, maxSweeps, solver, checkpoint, onStep }: Descent,
): Promise<MatchResult> {
  const permutations = { ...initial };
  const similarity: Record<string, Float64Array> = {};
  let objective = await totalObjective(target, permutations);
  const history = [objective];

  /** Whether the group's similarity, and so its last solution, still holds. */
  const isSettled = (group: string) =>
    Object.hasOwn(similarity, group) && grams.unchanged(group, permutations);

  /** Solves for one group, takes the step if it raises the objective, and tells by how much. */
  async function step(group: string): Promise<number> {
    await checkpoint();
    if (isSettled(group)) return 0;
    const values = await grams.gram(group, permutations);
    const current = permutations[group];
    const candidate = solver(values, current.length).assignment;
    assertPermutation('solver', `the assignment of group '${group}'`, candidate);
    const gain = await stepGain(target, group, values, permutations, candidate);
    if (gain > 0) permutations[group] = candidate;
    similarity[group] = pairedSimilarity(values, permutations[group]);
    return gain;
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
    for (const group of converged ? grams.refresh() : []) {
      const gain = await step(group);
      if (gain === 0) continue;
      record(sweeps, group, gain);
      converged = false;
    }
  }
  if (!converged) {
    for (const group of Object.keys(permutations)) {
      await checkpoint();
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

/** By how much the candidate raises the objective, or 0 where that is within rounding. */
async function stepGain(
  { terms, innerProducts }: Objective,
  group: string,
  values: Float32Array,
  permutations: Permutations,
  candidate: Permutation,
): Promise<number> {
  const { gain, rounding } = gramGain(values, permutations[group], candidate);
  const touched = terms.filter(({ places }) => places.some((place) => place.group === group));
  if (rounding === 0 || touched.every((term) => !isQuadratic(term, group))) {
    return gain > rounding ? gain : 0;
  }
  const before = await innerProducts(touched, permutations);
  const after = await innerProducts(touched, { ...permutations, [group]: candidate });
  const risen = after.reduce((sum, product, t) => sum + product - before[t], 0);
  return risen > rounding ? risen : 0;
}

/** The gain that the gram tells, and the size that float32 rounding of the gram alone can reach. */
function gramGain(values: Float32Array, current: Permutation, candidate: Permutation) {
  const n = current.length;
  let gain = 0;
  let moved = 0;
  for (let i = 0; i < n; i++) {
    if (current[i] === candidate[i]) continue;
    gain += values[i * n + candidate[i]] - values[i * n + current[i]];
    moved++;
  }
  return { gain, rounding: moved === 0 ? 0 : 2e-7 * moved * largestSize(values) };
}

/** max |value|; four at a time, or it would take as long as a tenth of the gram itself. */
function largestSize(values: Float32Array): number {
  let [first, second, third, fourth] = [0, 0, 0, 0];
  const whole = values.length & ~3;
  for (let at = 0; at < whole; at += 4) {
    first = Math.max(first, Math.abs(values[at]));
    second = Math.max(second, Math.abs(values[at + 1]));
    third = Math.max(third, Math.abs(values[at + 2]));
    fourth = Math.max(fourth, Math.abs(values[at + 3]));
  }
  for (let at = whole; at < values.length; at++) first = Math.max(first, Math.abs(values[at]));
  return Math.max(first, second, third, fourth);
}
