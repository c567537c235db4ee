import type { AssignmentSolver } from '../../../assignment';
import type { Permutation, Permutations } from '../../../permutation';
import { indices } from '../../../permutation/internal';
import type { ResolvedGroup } from '../../../symmetry/internal';
import type { Weights } from '../../products/weights';
import { appearancesOf } from '../appearancesOf';
import { assignFamily } from '../assignFamily';
import { checkedSolver } from '../checkedSolver';
import { type Family, familyOf, membersOf } from '../family';
import type { Term } from '../term';
import type { WorkMeter } from '../workMeter';

import { centredSolver } from './centredSolver';
import { signatureSum } from './signatureSum';
import { signatureWork } from './signatureWork';
import { tellingPlaces } from './tellingPlaces';

/** Settings of {@link signatureStart}. */
export interface SignatureStartSettings {
  /** Solves the assignment problems. */
  readonly solver: AssignmentSolver;
  /** Awaited between places. */
  readonly yieldPoint: () => Promise<void>;
  /** Counts the work. Default: it is not counted. */
  readonly meter?: WorkMeter;
  /** Permutations of families that an earlier start has found. Default: none. */
  readonly known?: Permutations;
  /** Called with the permutations found so far after each family, or after some of many. */
  readonly onFamily?: (permutations: Permutations) => void;
}

/** The most calls of `onFamily`: each has the permutations of all families so far. */
const REPORTS = 256;

/**
 * A start that does not depend on the order of any units: one assignment problem for each family of groups, on the
 * signatures of their units. It is exact for networks that differ by permutations alone, if no two units of a group
 * have the same signature. Of groups with many places the first few are compared.
 */
export async function signatureStart(
  weights: Weights,
  terms: readonly Term[],
  groups: readonly ResolvedGroup[],
  { solver, yieldPoint, meter, known = {}, onFamily }: SignatureStartSettings,
): Promise<Permutations> {
  const permutations: Permutations = Object.fromEntries(
    groups.map(({ name, size }) => [name, indices(size)]),
  );
  const found: Record<string, Permutation> = { ...known };
  const families = groups.filter(({ parent }) => parent === null);
  const familiesPerReport = Math.ceil(families.length / REPORTS);
  for (const [at, { name }] of families.entries()) {
    if (Object.hasOwn(known, name)) continue;
    const family = familyOf(groups, name);
    const grams = new Map<string, Float32Array>();
    for (const member of membersOf(family)) {
      const chosen = tellingPlaces(weights, appearancesOf(terms, member.name));
      if (chosen.length === 0) continue;
      grams.set(member.name, await signatureSum(weights, chosen, 'sorted', yieldPoint));
      meter?.did(signatureWork(weights, terms, member.name));
    }
    if (grams.size > 0) Object.assign(found, assigned(family, grams, solver));
    if (at % familiesPerReport === 0) onFamily?.({ ...found });
  }
  return { ...permutations, ...found };
}

/**
 * The best permutations of a family. Coupled members need no special care: by signatures, neither depends on the
 * order of the other. Groups without a gram keep their order.
 */
export function assigned(
  family: Family,
  grams: ReadonlyMap<string, Float32Array>,
  solver: AssignmentSolver,
): Permutations {
  const members = membersOf(family);
  return assignFamily(family, {
    grams: new Map(members.map(({ name }) => [name, grams.get(name) ?? null])),
    current: Object.fromEntries(members.map(({ name, size }) => [name, indices(size)])),
    held: groupsWithoutGram(family, grams),
    solver: centredSolver(checkedSolver(solver, family.group.name)),
  });
}

/** The groups that neither are on a term nor have such groups inside them. They keep their order. */
function groupsWithoutGram(family: Family, grams: ReadonlyMap<string, Float32Array>): Set<string> {
  const own = membersOf(family).map(({ name }) => name);
  const inside = family.children.flatMap((child) => [...groupsWithoutGram(child, grams)]);
  return new Set(own.some((name) => grams.has(name)) ? inside : own);
}
