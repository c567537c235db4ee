import type { AssignmentSolver } from '../../assignment';
import { about } from '../../errors';
import type { Permutation, Permutations } from '../../permutation';
import { assertPermutation } from '../../permutation/internal';
import type { ResolvedGroup } from '../../symmetry/internal';
import type { Objective } from '../products/products';
import { assignFamily, type Family, membersOf } from './assignFamily';
import type { GramOf, Grams } from './grams';
import { areCoupled, isQuadratic, pairedSimilarity, type Term } from './term';

/** What a step of a coordinate descent came to. */
export interface StepOutcome {
  /** By how much the objective rises; 0 where nothing moves. */
  readonly gain: number;
  /** The permutations after the step of the group and of all inside it. */
  readonly permutations: Permutations;
  /** Per unit, for those of them that need no step of their own after this one. */
  readonly similarity: Readonly<Record<string, Float64Array>>;
}

/**
 * Solves for a group and all that is inside its units, with the other groups held: the assignment problem of
 * its gram, or of the grams of its family ({@link assignFamily}).
 *
 * Members of a family that are coupled (see `Coupling`) have no joint solution of this form. Two candidates
 * are tried, and the better is taken: (a) one of each coupled pair keeps its units inside every block in the
 * order of A's block, for which the others are solved exactly; (b) all are solved without the parameters that
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
  const read = (group: string, of: GramOf) => readGram(grams, group, permutations, of, members);
  const proposals = proposalsFor(target.terms, members);
  let best: { gain: number; candidate: Permutations } = {
    gain: 0,
    candidate: Object.fromEntries(members.map(({ name }) => [name, permutations[name]])),
  };
  const whole = new Map<string, Float32Array>();
  for (const { held, sums, isExact } of proposals) {
    const own = new Map<string, Float32Array | null>();
    for (const { name } of members) {
      const of = sums.get(name)!;
      if (of === null) own.set(name, null);
      else own.set(name, (of === 'all' ? whole.get(name) : undefined) ?? (await read(name, of)));
      if (of === 'all') whole.set(name, own.get(name)!);
    }
    const candidate = assignFamily(family, {
      grams: own,
      current: permutations,
      held,
      solver: checked(solver, family),
    });
    const moved = { ...permutations, ...candidate };
    const gain = await candidateGain(target, members, own, permutations, moved, isExact);
    if (gain > best.gain) best = { gain, candidate };
  }
  const settled = proposals.length === 1 ? members : [family.group];
  const similarity: Record<string, Float64Array> = {};
  for (const { name } of settled) {
    const values = whole.get(name) ?? (await read(name, 'all'));
    similarity[name] = pairedSimilarity(values, best.candidate[name]);
  }
  return { gain: best.gain, permutations: best.candidate, similarity };
}

/** A gram that stays what it is while others are asked for. */
async function readGram(
  grams: Grams,
  group: string,
  permutations: Permutations,
  of: GramOf,
  members: readonly ResolvedGroup[],
): Promise<Float32Array> {
  const values = await grams.gram(group, permutations, of);
  return members.length === 1 ? values : values.slice();
}

/** A way to solve for a family. */
interface Proposal {
  /** Who keeps its order inside the blocks. */
  readonly held: ReadonlySet<string>;
  /** Which places of each member are summed over; null where it has none of them. */
  readonly sums: ReadonlyMap<string, GramOf | null>;
  /** Whether the grams tell by how much the objective rises. */
  readonly isExact: boolean;
}

function proposalsFor(
  terms: readonly Term[],
  members: readonly ResolvedGroup[],
): readonly Proposal[] {
  const names = members.map(({ name }) => name);
  const pairs = members.length === 1 ? [] : coupledPairs(terms, names);
  if (pairs.length === 0) {
    const sums = new Map(names.map((name) => [name, 'all' as const]));
    return [{ held: new Set(), sums, isExact: true }];
  }
  const uncoupled = (name: string): GramOf | null =>
    terms.some(({ places }) => places.some((each) => each.group === name && !each.coupling))
      ? 'uncoupled'
      : null;
  const silent = names.filter((name) => uncoupled(name) === null && name !== names[0]);
  const relaxed: Proposal = {
    held: new Set(silent),
    sums: new Map(names.map((name) => [name, uncoupled(name)])),
    isExact: false,
  };
  const held = coverOf(pairs, (name) => uncoupled(name) === null);
  if (!held) return [relaxed];
  const exact: Proposal = {
    held,
    sums: new Map(names.map((name) => [name, held.has(name) ? uncoupled(name) : 'all'])),
    isExact: true,
  };
  return [exact, relaxed];
}

function coupledPairs(terms: readonly Term[], names: readonly string[]): [string, string][] {
  return terms.flatMap(({ places }) => {
    const own = places.filter(({ group, coupling }) => coupling && names.includes(group));
    return own.flatMap((place, i) =>
      own
        .slice(i + 1)
        .filter((other) => areCoupled(place, other))
        .map((other): [string, string] => [place.group, other.group]),
    );
  });
}

/**
 * Groups of which every pair holds exactly one, or null where there are no such: one colour of the graph of
 * pairs, in each of its components that which has more of the preferred.
 */
function coverOf(
  pairs: readonly (readonly [string, string])[],
  isPreferred: (name: string) => boolean,
): Set<string> | null {
  const colours = new Map<string, number>();
  const held = new Set<string>();
  for (const [start] of pairs) {
    if (colours.has(start)) continue;
    const component: [string[], string[]] = [[start], []];
    colours.set(start, 0);
    for (let at = 0; at < 2; ) {
      const next = pairs
        .flatMap(([x, y]) => [[x, y] as const, [y, x] as const])
        .find(([x, y]) => colours.has(x) && !colours.has(y));
      if (!next) break;
      const colour = 1 - colours.get(next[0])!;
      colours.set(next[1], colour);
      component[colour].push(next[1]);
    }
    const [first, second] = component.map((side) => side.filter(isPreferred).length);
    for (const name of component[first > second ? 0 : 1]) held.add(name);
  }
  return pairs.some(([x, y]) => held.has(x) === held.has(y)) ? null : held;
}

/** The solver, its answers checked: it may be the user's. */
function checked(solver: AssignmentSolver, { group }: Family): AssignmentSolver {
  return (similarity, ...rest) => {
    const solution = solver(similarity, ...rest);
    about('solver', () =>
      assertPermutation(`the assignment of group '${group.name}'`, solution.assignment),
    );
    return solution;
  };
}

/** By how much the objective rises, or 0 where that is within rounding. */
async function candidateGain(
  { terms, innerProducts }: Objective,
  members: readonly ResolvedGroup[],
  grams: ReadonlyMap<string, Float32Array | null>,
  before: Permutations,
  after: Permutations,
  isExact: boolean,
): Promise<number> {
  let told = 0;
  let rounding = 0;
  let hasMoved = false;
  for (const { name } of members) {
    const values = grams.get(name);
    if (before[name].some((unit, i) => unit !== after[name][i])) hasMoved = true;
    if (!values) continue;
    const own = gramGain(values, before[name], after[name]);
    told += own.gain;
    rounding += own.rounding;
  }
  if (!hasMoved) return 0;
  const names = new Set(members.map(({ name }) => name));
  const touched = terms.filter(({ places }) => places.some(({ group }) => names.has(group)));
  if (isExact && touched.every((term) => !isQuadratic(term, names))) {
    return told > rounding ? told : 0;
  }
  const [old, risen] = [await innerProducts(touched, before), await innerProducts(touched, after)];
  const gain = risen.reduce((sum, product, t) => sum + product - old[t], 0);
  return gain > rounding ? gain : 0;
}

/** The gain that a gram tells, and the size that float32 rounding of the gram alone can reach. */
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
