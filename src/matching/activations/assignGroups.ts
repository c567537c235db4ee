import type { AssignmentSolver } from '../../assignment';
import { about } from '../../errors';
import type { Permutation, Permutations } from '../../permutation';
import { assertPermutation, indices } from '../../permutation/internal';
import type { ResolvedGroup } from '../../symmetry/internal';
import type { MovedSums } from '../alignmentOf';
import { type MatchResult, matchResult } from '../matchResult';
import { assignFamily } from '../weights/assignFamily';
import { familyOf, membersOf } from '../weights/family';
import type { ComparedGroup, PassResult } from './compareActivations';
import type { UnitSource } from './unitSource';

/** Callbacks and settings of an assignment of groups. */
export interface GroupAssignment {
  /** Compares the wanted sources over all of the data, under these permutations of other groups. */
  readonly compare: (
    isWanted: (source: UnitSource) => boolean,
    permutations: Permutations,
  ) => Promise<PassResult>;
  readonly solver: AssignmentSolver;
  readonly yieldPoint: () => Promise<void>;
}

/**
 * Assigns each group that is inside no other together with all groups inside it, exactly, by the similarity
 * of their units. Groups whose samples depend on other groups wait for them. They are compared in another pass
 * over the data, and assigned inside the blocks to which their parents have been moved.
 */
export async function assignGroups(
  groups: readonly ResolvedGroup[],
  { compare, solver, yieldPoint }: GroupAssignment,
): Promise<MatchResult> {
  const permutations: Record<string, Permutation> = Object.fromEntries(
    groups.map(({ name, size }) => [name, indices(size)]),
  );
  const isAlone = ({ others }: UnitSource) => others.length === 0;
  const first = await compare(isAlone, permutations);
  const known = new Map(first.compared);
  const history = [objectiveOf(groups, known, permutations)];

  /** Assigns a family. Members that still wait keep their order inside the units of their parent. */
  async function assign(name: string): Promise<void> {
    await yieldPoint();
    const family = familyOf(groups, name);
    const grams = new Map(
      membersOf(family).map((member) => {
        const compared = known.get(member.name);
        return [member.name, compared ? Float32Array.from(compared.similarity) : null];
      }),
    );
    const found = assignFamily(family, { grams, current: permutations, held: new Set(), solver });
    for (const [group, p] of Object.entries(found)) {
      about('solver', () => assertPermutation(`the assignment of group '${group}'`, p));
      permutations[group] = p;
    }
    history.push(objectiveOf(groups, known, permutations));
  }

  let waiting = waitingGroups(groups, first.sources);
  for (const { name, parent } of groups) {
    if (parent === null && !waiting.has(name)) await assign(name);
  }
  while (waiting.size > 0) {
    const isReady = (others: ReadonlySet<string>) =>
      [...others].every((name) => !waiting.has(name));
    const ready = [...waiting].filter(([, others]) => isReady(others)).map(([name]) => name);
    // Groups that wait for each other: the first is assigned with the others as they are.
    const turn = ready.length > 0 ? ready : [...waiting.keys()].slice(0, 1);
    const found = await compare(({ place }) => turn.includes(place.group), permutations);
    for (const name of turn) {
      known.set(name, found.compared.get(name)!);
      await assign(name);
    }
    waiting = new Map([...waiting].filter(([name]) => !turn.includes(name)));
  }
  const similarity = pairedSimilarities(groups, known, permutations);
  const objective = history.at(-1)!;
  const found = { permutations, objective, history, sweeps: 1, converged: true, similarity };
  return matchResult(found, centredSums(groups, known, permutations));
}

/** The groups whose samples other groups move, in the order of the spec, each with these others. */
function waitingGroups(
  groups: readonly ResolvedGroup[],
  sources: readonly UnitSource[],
): Map<string, ReadonlySet<string>> {
  return new Map(
    groups.flatMap(({ name }) => {
      const own = sources.filter(({ place }) => place.group === name);
      const others = own.flatMap((source) => source.others.map(({ group }) => group));
      return others.length > 0 ? [[name, new Set(others)] as const] : [];
    }),
  );
}

/** For each group, [units]: the similarity of unit i of A and its partner; zeros for a group not compared itself. */
function pairedSimilarities(
  groups: readonly ResolvedGroup[],
  known: ReadonlyMap<string, ComparedGroup>,
  permutations: Permutations,
): Record<string, Float64Array> {
  return Object.fromEntries(
    groups.map(({ name, size }) => {
      const compared = known.get(name);
      const paired = Float64Array.from(permutations[name], (unit, i) =>
        compared ? compared.similarity[i * size + unit] : 0,
      );
      return [name, paired];
    }),
  );
}

/** S over the groups that have been compared so far. */
function objectiveOf(...args: Parameters<typeof pairedSimilarities>): number {
  return Object.values(pairedSimilarities(...args)).reduce(
    (sum, values) => sum + values.reduce((partial, value) => partial + value, 0),
    0,
  );
}

/** For each group that was compared, the sums for its alignment, with each unit's mean subtracted. */
function centredSums(
  groups: readonly ResolvedGroup[],
  known: ReadonlyMap<string, ComparedGroup>,
  permutations: Permutations,
): MovedSums[] {
  const lineOf = (name: string | null): string[] => {
    if (name === null) return [];
    return [name, ...lineOf(groups.find((group) => group.name === name)!.parent)];
  };
  return [...known].map(([name, { centred }]) => {
    const { products, squaresA, squaresB } = centred;
    const p = permutations[name];
    return {
      groups: lineOf(name),
      before: p.reduce((sum, _, i) => sum + products[i * p.length + i], 0),
      after: p.reduce((sum, unit, i) => sum + products[i * p.length + unit], 0),
      squaresA: squaresA.reduce((sum, value) => sum + value, 0),
      squaresB: squaresB.reduce((sum, value) => sum + value, 0),
    };
  });
}
