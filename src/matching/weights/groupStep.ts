import type { AssignmentSolver } from '../../assignment';
import type { Permutations } from '../../permutation';
import type { Objective } from '../products/products';
import { assignFamily, type FamilyProblem } from './assignFamily';
import { type CandidateGain, candidateGains, hasMoved } from './candidateGains';
import { checkedSolver } from './checkedSolver';
import { type Family, namesIn } from './family';
import { familyTerms } from './familyTerms';
import type { GramOf, Grams } from './grams';
import type { Proposal } from './proposalsFor';
import { smallerSteps } from './smallerSteps';
import { pairedSimilarity } from './term';

/** The outcome of a step of a coordinate descent. */
export interface StepOutcome {
  /** The rise of the objective; 0 where nothing moves. */
  readonly gain: number;
  /** The permutations to take, of the group and all groups inside it; none where nothing moves. */
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
 * A candidate is taken only if it raises the true objective by more than the rounding of the grams. Where the
 * objective is quadratic in the family and does not rise, smaller steps are tried ({@link smallerSteps}).
 */
export async function groupStep(
  target: Objective,
  grams: Grams,
  family: Family,
  permutations: Permutations,
  solver: AssignmentSolver,
): Promise<StepOutcome> {
  const names = namesIn(family);
  const own = familyTerms(target.terms, family);
  const gramOf = gramReader(grams, names, permutations);
  const checked = checkedSolver(solver, family.group.name);
  let best: Candidate = NO_STEP;
  for (const { sums, held, isExact } of own.proposals) {
    const sumsOf = await proposalGrams(sums, gramOf);
    const gain = candidateGains(target, own, sumsOf, permutations, isExact);
    const problem = { grams: sumsOf, current: permutations, held, solver: checked };
    const candidate = await risingCandidate(family, problem, gain, own.isQuadratic);
    if (candidate && candidate.gain > best.gain) best = candidate;
  }
  // A group inside may rise in a step of its own where the family does not.
  const solvesAll = own.proposals.length === 1 && !own.isQuadratic;
  const similarity: Record<string, Float64Array> = {};
  for (const name of solvesAll ? names : [family.group.name]) {
    const p = best.permutations[name] ?? permutations[name];
    similarity[name] = pairedSimilarity(await gramOf(name, 'all'), p);
  }
  return { ...best, similarity };
}

/** Permutations of a family, and the rise of the objective if they are taken. */
type Candidate = Pick<StepOutcome, 'gain' | 'permutations'>;

const NO_STEP: Candidate = { gain: 0, permutations: {} };

/** The solution of a family's problem or, where it does not raise the objective, the first smaller step that does. */
async function risingCandidate(
  family: Family,
  problem: FamilyProblem,
  gain: CandidateGain,
  isQuadratic: boolean,
): Promise<Candidate | null> {
  const { current } = problem;
  const solved = assignFamily(family, problem);
  const rise = await gain(solved);
  if (rise > 0) return { gain: rise, permutations: solved };
  if (!isQuadratic || !hasMoved(Object.keys(solved), current, solved)) return null;
  for (const smaller of smallerSteps(family, problem)) {
    const rise = await gain(smaller);
    if (rise > 0) return { gain: rise, permutations: smaller };
  }
  return null;
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
  sums: Proposal['sums'],
  gramOf: GramReader,
): Promise<Map<string, Float32Array | null>> {
  const grams = new Map<string, Float32Array | null>();
  for (const [name, of] of sums) grams.set(name, of && (await gramOf(name, of)));
  return grams;
}
