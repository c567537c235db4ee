import type { AssignmentSolver } from '../../assignment';
import type { Permutation, Permutations } from '../../permutation';
import type { ResolvedGroup } from '../../symmetry/internal';
import type { Objective } from '../products/products';
import { type Family, familyOf } from './family';
import type { Grams } from './grams';
import { groupStep } from './groupStep';
import type { DescentPoint } from './runPoint';
import { type SettledGroups, settledGroups } from './settledGroups';

/** The objective, the source of grams, the groups and the solver of a descent. */
export interface DescentSetting {
  readonly target: Objective;
  readonly grams: Grams;
  /** The groups, parents before the groups inside them. */
  readonly groups: readonly ResolvedGroup[];
  readonly solver: AssignmentSolver;
  /** Awaited before every step. */
  readonly yieldPoint: () => Promise<void>;
}

/** The permutations of a descent, changed by its steps, and what is known about them. */
export interface DescentState {
  readonly permutations: Record<string, Permutation>;
  /** By group, [units], as of the last step of the group. */
  readonly similarity: Record<string, Float64Array>;
  /** The groups whose last solution still holds. */
  readonly settled: SettledGroups;
  readonly families: ReadonlyMap<string, Family>;
}

/** A descent at its start, where no group is settled, or at a point. */
export function descentState(
  { grams, groups }: DescentSetting,
  initial: Permutations,
  point?: DescentPoint,
): DescentState {
  const families = new Map(groups.map(({ name }) => [name, familyOf(groups, name)]));
  const settled = settledGroups(grams, families);
  if (!point) return { permutations: { ...initial }, similarity: {}, settled, families };
  const permutations = { ...point.permutations };
  grams.resume(point, permutations);
  settled.add(point.settled, permutations);
  return { permutations, similarity: { ...point.similarity }, settled, families };
}

/** Solves for a group, takes the step if it raises the objective, and returns the gain. */
export async function descentStep(
  { target, grams, solver, yieldPoint }: DescentSetting,
  { permutations, similarity, settled, families }: DescentState,
  group: string,
): Promise<number> {
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
