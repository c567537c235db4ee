import type { AssignmentSolver } from '../../assignment';
import { about } from '../../errors';
import type { Permutation, Permutations } from '../../permutation';
import { assertPermutation, indices } from '../../permutation/internal';
import type { ResolvedGroup } from '../../symmetry/internal';
import type { MatchResult } from '../matchResult';
import { assignFamily, familyOf, membersOf } from '../weights/assignFamily';
import type { PassResult } from './compareActivations';
import type { UnitSource } from './unitSource';

/** What groups are assigned by. */
export interface GroupAssignment {
  /** Compares sources over all of the data, given where other groups are. */
  readonly compare: (
    isWanted: (source: UnitSource) => boolean,
    permutations: Permutations,
  ) => Promise<PassResult>;
  readonly solver: AssignmentSolver;
  readonly yieldPoint: () => Promise<void>;
}

/**
 * Assigns each free group together with all that is inside it, exactly, by the similarity of their units.
 * Groups whose samples depend on where others are wait for these, and are then assigned inside the blocks that
 * they have been put in, by another pass over the data.
 */
export async function assignGroups(
  groups: readonly ResolvedGroup[],
  { compare, solver, yieldPoint }: GroupAssignment,
): Promise<MatchResult> {
  const permutations: Record<string, Permutation> = Object.fromEntries(
    groups.map(({ name, size }) => [name, indices(size)]),
  );
  const isAlone = ({ others }: UnitSource) => others.length === 0;
  const { sources, similarity } = await compare(isAlone, permutations);
  const known = new Map(similarity);
  const history = [objectiveOf(groups, known, permutations)];

  /** Assigns a family; its members that have waited so far keep their order inside the units that hold them. */
  async function assign(name: string): Promise<void> {
    await yieldPoint();
    const family = familyOf(groups, name);
    const grams = new Map(
      membersOf(family).map((member) => {
        const values = known.get(member.name);
        return [member.name, values ? Float32Array.from(values) : null];
      }),
    );
    const found = assignFamily(family, { grams, current: permutations, held: new Set(), solver });
    for (const [group, p] of Object.entries(found)) {
      about('solver', () => assertPermutation(`the assignment of group '${group}'`, p));
      permutations[group] = p;
    }
    history.push(objectiveOf(groups, known, permutations));
  }

  let waiting = waitingGroups(groups, sources);
  for (const { name, parent } of groups) {
    if (parent === null && !waiting.has(name)) await assign(name);
  }
  while (waiting.size > 0) {
    const isReady = (others: ReadonlySet<string>) =>
      [...others].every((name) => !waiting.has(name));
    const ready = [...waiting].filter(([, others]) => isReady(others)).map(([name]) => name);
    // Groups that wait for each other: the first goes on with the others as they are.
    const turn = ready.length > 0 ? ready : [...waiting.keys()].slice(0, 1);
    const found = await compare(({ place }) => turn.includes(place.group), permutations);
    for (const name of turn) {
      known.set(name, found.similarity.get(name)!);
      await assign(name);
    }
    waiting = new Map([...waiting].filter(([name]) => !turn.includes(name)));
  }
  const paired = pairedSimilarities(groups, known, permutations);
  return {
    permutations,
    objective: history.at(-1)!,
    history,
    sweeps: 1,
    converged: true,
    similarity: paired,
  };
}

/** The groups whose sources have samples that others move, in the order of the spec, each with these. */
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

/** For each group how alike unit i of A and its partner are; zeros for one that was not compared itself. */
function pairedSimilarities(
  groups: readonly ResolvedGroup[],
  known: ReadonlyMap<string, Float64Array>,
  permutations: Permutations,
): Record<string, Float64Array> {
  return Object.fromEntries(
    groups.map(({ name, size }) => {
      const values = known.get(name);
      const paired = Float64Array.from(permutations[name], (unit, i) =>
        values ? values[i * size + unit] : 0,
      );
      return [name, paired];
    }),
  );
}

/** S, over the groups that have been compared so far. */
function objectiveOf(...args: Parameters<typeof pairedSimilarities>): number {
  return Object.values(pairedSimilarities(...args)).reduce(
    (sum, values) => sum + values.reduce((partial, value) => partial + value, 0),
    0,
  );
}
