import type { AssignmentSolver } from '../../../assignment';
import type { Permutations } from '../../../permutation';
import type { RandomSource } from '../../../runtime';
import { type Family, membersOf } from '../../weights/family';
import { type AssignmentState, objectiveOf } from '../assignGroups';

/**
 * The joint assignment of a family: permutations p_1 … p_n of its members, one for each network, that maximise
 *
 *     S = Σ_{i < j} Σ_g Σ_u s_ij,g[p_i,g[u], p_j,g[u]]
 *
 * S is the same if all networks are moved alike.
 */
export interface JointProblem {
  readonly family: Family;
  /** The similarities s of all groups, and the permutations of all groups, the family's in the order as given. */
  readonly state: AssignmentState;
  readonly settings: JointSettings;
}

/** Settings of a joint assignment. */
interface JointSettings {
  /** The number of runs for each family. */
  readonly restarts: number;
  /** The number of passes after which a run ends. */
  readonly maxPasses: number;
  /** Draws the starts of runs that no other start is left for. */
  readonly random: RandomSource;
  readonly solver: AssignmentSolver;
  readonly yieldPoint: () => Promise<void>;
}

/** For each network the permutations of the members of a family. */
export type JointOrders = readonly Permutations[];

/** The family in the order as given. */
export function givenOrders({ family, state }: JointProblem): JointOrders {
  const names = membersOf(family).map(({ name }) => name);
  return state.permutations.map((own) =>
    Object.fromEntries(names.map((name) => [name, own[name]])),
  );
}

/** S of the family. */
export function jointObjective(
  { family, state: { compared } }: JointProblem,
  orders: JointOrders,
): number {
  return objectiveOf(membersOf(family), { compared, permutations: orders });
}
