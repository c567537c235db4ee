import { listsBy } from '../../params/internal';
import type { Permutation, Permutations } from '../../permutation';
import { indices } from '../../permutation/internal';
import type { ResolvedGroup } from '../../symmetry/internal';
import type { MovedSums } from '../alignmentOf';
import { type Family, familyOf, membersOf } from '../weights/family';
import type { PassResult } from './compareActivations';
import { addPairedSimilarity, type ComparedUnits, centredSums } from './comparedUnits';
import { type NetworkPair, networkPairs } from './moments';
import type { UnitSource } from './unitSource';

/** Callbacks and settings of an assignment of the groups of several networks. */
export interface GroupAssignment {
  /** The number of networks. */
  readonly networks: number;
  /** Compares the wanted sources over all of the data, under these permutations of other groups in each network. */
  readonly compare: (
    isWanted: (source: UnitSource) => boolean,
    permutations: readonly Permutations[],
  ) => Promise<PassResult>;
  /** Assigns a family. Members that still wait keep their order inside the units of their parent. */
  readonly assign: (family: Family, state: AssignmentState) => Promise<FamilyAssignment>;
  /** Awaited before every family. */
  readonly yieldPoint: () => Promise<void>;
}

/** The groups that have been compared, and the present permutations of all groups. */
export interface AssignmentState {
  readonly compared: ReadonlyMap<string, ComparedUnits>;
  /** For each network. */
  readonly permutations: readonly Permutations[];
}

/** The permutations of a family. */
export interface FamilyAssignment {
  /** For each network, those of the members; a member that is left out keeps its permutation. */
  readonly permutations: readonly Permutations[];
  /** S of the family, up to a constant, at each step on the way to these permutations; theirs is the last. */
  readonly course: readonly number[];
}

/** The permutations of all groups. */
export interface AssignedGroups extends AssignmentState {
  /** S at the start and after each step. */
  readonly history: readonly number[];
}

/**
 * Assigns each group that is inside no other together with all groups inside it, by the similarity of their
 * units. Groups whose samples depend on other groups wait for them. They are compared in another pass over the
 * data, and assigned inside the blocks to which their parents have been moved.
 */
export async function assignGroups(
  groups: readonly ResolvedGroup[],
  { networks, compare, assign, yieldPoint }: GroupAssignment,
): Promise<AssignedGroups> {
  const permutations = Array.from({ length: networks }, () =>
    Object.fromEntries(
      groups.map(({ name, size }): [string, Permutation] => [name, indices(size)]),
    ),
  );
  const isAlone = ({ others }: UnitSource) => others.length === 0;
  const first = await compare(isAlone, permutations);
  const compared = new Map(first.compared);
  const state = { compared, permutations };
  const objective = keptObjective(state);
  const history = [objective.changed(groups)];

  async function assignFamilyOf(name: string): Promise<void> {
    await yieldPoint();
    const family = familyOf(groups, name);
    const found = await assign(family, state);
    found.permutations.forEach((own, k) => {
      Object.assign(permutations[k], own);
    });
    const now = objective.changed(membersOf(family));
    const last = found.course.at(-1)!;
    history.push(...found.course.map((value) => now - (last - value)));
  }

  let waiting = waitingGroups(groups, first.sources);
  for (const { name, parent } of groups) {
    if (parent === null && !waiting.has(name)) await assignFamilyOf(name);
  }
  while (waiting.size > 0) {
    const isReady = (others: ReadonlySet<string>) =>
      [...others].every((name) => !waiting.has(name));
    const ready = [...waiting].filter(([, others]) => isReady(others)).map(([name]) => name);
    // Groups that wait for each other: the first is assigned with the others as they are.
    const turn = new Set(ready.length > 0 ? ready : [...waiting.keys()].slice(0, 1));
    const found = await compare(({ place }) => turn.has(place.group), permutations);
    for (const name of turn) {
      compared.set(name, found.compared.get(name)!);
      await assignFamilyOf(name);
    }
    waiting = new Map([...waiting].filter(([name]) => !turn.has(name)));
  }
  return { ...state, history };
}

/** S as {@link objectiveOf} computes it, with the part of each group kept until the group changes. */
function keptObjective(state: AssignmentState) {
  const names = Object.keys(state.permutations[0]);
  const parts = new Float64Array(names.length);
  const placeOf = new Map(names.map((name, at) => [name, at]));
  return {
    /** S after these groups have changed. */
    changed(changed: readonly ResolvedGroup[]): number {
      for (const group of changed) parts[placeOf.get(group.name)!] = objectiveOf([group], state);
      return parts.reduce((sum, part) => sum + part, 0);
    },
  };
}

/** The groups whose samples other groups move, in the order of the spec, each with these others. */
function waitingGroups(
  groups: readonly ResolvedGroup[],
  sources: readonly UnitSource[],
): Map<string, ReadonlySet<string>> {
  const sourcesOf = listsBy(sources, ({ place }) => [place.group]);
  return new Map(
    groups.flatMap(({ name }) => {
      const own = sourcesOf.get(name) ?? [];
      const others = own.flatMap((source) => source.others.map(({ group }) => group));
      return others.length > 0 ? [[name, new Set(others)] as const] : [];
    }),
  );
}

/**
 * For each group, [units]: the similarity of the units in place i of two networks, summed over these pairs of
 * networks; zeros for a group not compared itself.
 */
export function pairedSimilarities(
  groups: readonly ResolvedGroup[],
  { compared, permutations }: AssignmentState,
  pairs: readonly NetworkPair[] = networkPairs(permutations.length),
): Record<string, Float64Array> {
  return Object.fromEntries(
    groups.map(({ name, size }) => {
      const paired = new Float64Array(size);
      const own = compared.get(name);
      for (const pair of own ? pairs : []) {
        const [p, q] = pair.map((k) => permutations[k][name]);
        addPairedSimilarity(paired, own!, pair, p, q);
      }
      return [name, paired];
    }),
  );
}

/** S of these pairs over the groups that have been compared so far. */
export function objectiveOf(...args: Parameters<typeof pairedSimilarities>): number {
  return Object.values(pairedSimilarities(...args)).reduce(
    (sum, values) => sum + values.reduce((partial, value) => partial + value, 0),
    0,
  );
}

/** For each group that was compared, the sums for the alignment of two networks, with each unit's mean subtracted. */
export function centredGroupSums(
  groups: readonly ResolvedGroup[],
  { compared, permutations }: AssignmentState,
  pair: NetworkPair,
): MovedSums[] {
  const lineOf = (name: string | null): string[] => {
    if (name === null) return [];
    return [name, ...lineOf(familyOf(groups, name).group.parent)];
  };
  return [...compared].map(([name, own]) => {
    const [p, q] = pair.map((k) => permutations[k][name]);
    const asGiven = indices(own.units);
    const { products, squares } = centredSums(own, pair, p, q);
    return {
      groups: lineOf(name),
      before: centredSums(own, pair, asGiven, asGiven).products,
      after: products,
      squaresA: squares[0],
      squaresB: squares[1],
    };
  });
}
