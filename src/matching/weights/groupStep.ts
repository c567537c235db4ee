import type { AssignmentSolver } from '../../assignment';
import { about } from '../../errors';
import type { Permutations } from '../../permutation';
import { assertPermutation } from '../../permutation/internal';
import type { Objective } from '../products/products';
import { assignFamily } from './assignFamily';
import { candidateGain } from './candidateGain';
import { type Family, membersOf } from './family';
import type { GramOf, Grams } from './grams';
import { type Proposal, proposalsFor } from './proposalsFor';
import { pairedSimilarity } from './term';

/** The outcome of a step of a coordinate descent. */
export interface StepOutcome {
  /** The rise of the objective; 0 where nothing moves. */
  readonly gain: number;
  /** The permutations after the step, of the group and all groups inside it. */
  readonly permutations: Permutations;
  /** By unit, [units], for the groups among these that need no step of their own after this one. */
  readonly similarity: Readonly<Record<string, Float64Array>>;
}

/**
 * Solves for a group and all groups inside its units, with the other groups held: the assignment problem of
 * its gram, or of the grams of its family ({@link assignFamily}).
 *
 * Members of a family that are coupled (see `Coupling`) have no joint solution of this form. Two candidates
 * are tried, and the better is taken: (a) one group of each coupled pair keeps the present order of its units
 * inside every block of A, and the others are solved exactly; (b) all are solved without the parameters that
 * couple them.
 *
 * A candidate is taken only if it raises the true objective by more than the rounding of the grams.
 */
export async function groupStep(
  target: Objective,
  grams: Grams,
  family: Family,
  permutations: Permutations,
  solver: AssignmentSolver,
): Promise<StepOutcome> {
  const members = membersOf(family);
  const names = members.map(({ name }) => name);
  const gramOf = gramReader(grams, names, permutations);
  const proposals = proposalsFor(target.terms, members);
  let [best, candidate] = [0, Object.fromEntries(names.map((name) => [name, permutations[name]]))];
  for (const proposal of proposals) {
    const own = await proposalGrams(proposal, names, gramOf);
    const { held, isExact } = proposal;
    const checked = checkedSolver(solver, family);
    const problem = { grams: own, current: permutations, held, solver: checked };
    const proposed = assignFamily(family, problem);
    const after = { ...permutations, ...proposed };
    const gain = await candidateGain(target, own, permutations, after, isExact);
    if (gain > best) [best, candidate] = [gain, proposed];
  }
  const similarity: Record<string, Float64Array> = {};
  for (const name of proposals.length === 1 ? names : [family.group.name]) {
    similarity[name] = pairedSimilarity(await gramOf(name, 'all'), candidate[name]);
  }
  return { gain: best, permutations: candidate, similarity };
}

type GramReader = (group: string, of: GramOf) => Promise<Float32Array>;

/** Reads grams of a family: each whole gram once, and as a copy where several are needed at a time. */
function gramReader(
  grams: Grams,
  names: readonly string[],
  permutations: Permutations,
): GramReader {
  const whole = new Map<string, Float32Array>();
  return async (group, of) => {
    const known = of === 'all' ? whole.get(group) : undefined;
    if (known) return known;
    const values = await grams.gram(group, permutations, of);
    const own = names.length === 1 ? values : values.slice();
    if (of === 'all') whole.set(group, own);
    return own;
  };
}

async function proposalGrams(
  { sums }: Proposal,
  names: readonly string[],
  gramOf: GramReader,
): Promise<Map<string, Float32Array | null>> {
  const grams = new Map<string, Float32Array | null>();
  for (const name of names) {
    const of = sums.get(name)!;
    grams.set(name, of && (await gramOf(name, of)));
  }
  return grams;
}

/** The solver with its assignments checked: it may be the user's. */
function checkedSolver(solver: AssignmentSolver, { group }: Family): AssignmentSolver {
  return (similarity, ...rest) => {
    const solution = solver(similarity, ...rest);
    about('solver', () =>
      assertPermutation(`the assignment of group '${group.name}'`, solution.assignment),
    );
    return solution;
  };
}
