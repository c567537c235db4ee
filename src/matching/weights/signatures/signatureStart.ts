import { type AssignmentSolver, solveAssignment } from '../../../assignment';
import type { Permutation, Permutations } from '../../../permutation';
import { indices } from '../../../permutation/internal';
import type { ResolvedGroup } from '../../../symmetry/internal';
import type { Weights } from '../../products/weights';
import { assignFamily } from '../assignFamily';
import { checkedSolver } from '../checkedSolver';
import { type Family, familyOf, membersOf } from '../family';
import type { Term } from '../term';
import { centredSolver } from './centredSolver';
import { fixedProduct } from './fixedProduct';
import { normBound } from './normBound';
import { type SignatureGrams, signatureGrams } from './signatureGrams';
import { isRegular } from './signatureLayouts';

/** Settings of {@link signatureStart}. */
export interface SignatureStartSettings {
  /** Solves the assignment problems of the start; those of the bound are solved exactly in any case. */
  readonly solver: AssignmentSolver;
  /** Awaited between places. */
  readonly yieldPoint: () => Promise<void>;
}

/** A start for a match, and a bound on what any match can reach. */
export interface SignatureStart {
  /** One for each group. */
  readonly permutations: Permutations;
  /** S(P) ≤ bound for all P, up to the float32 rounding of the grams. */
  readonly bound: number;
}

/**
 * A start that does not depend on the order of any units: one assignment problem for each family of groups, on the
 * signatures of their units. It is exact for networks that differ by permutations alone, if no two units of a group
 * have the same signature.
 *
 * The bound on S is the smaller of two: the values of the assignment problems plus the part that no group moves
 * (Gilmore & Lawler), and Σ_w |A_w||B_w|. Where S reaches it, the match is a global optimum.
 */
export async function signatureStart(
  weights: Weights,
  terms: readonly Term[],
  groups: readonly ResolvedGroup[],
  { solver, yieldPoint }: SignatureStartSettings,
): Promise<SignatureStart> {
  const permutations: Record<string, Permutation> = Object.fromEntries(
    groups.map(({ name, size }) => [name, indices(size)]),
  );
  const constant = await constantBounds(weights, terms);
  let bound = constant.signatures;
  for (const { name, parent } of groups) {
    if (parent !== null) continue;
    const family = familyOf(groups, name);
    const grams = await familyGrams(weights, terms, family, yieldPoint);
    if (grams.size === 0) continue;
    Object.assign(permutations, assigned(family, grams, 'start', solver));
    bound += assignedValue(grams, assigned(family, grams, 'bound', solveAssignment));
  }
  return { permutations, bound: Math.min(bound, constant.norms) };
}

/** The parts of both bounds that need no assignment. */
async function constantBounds(
  weights: Weights,
  terms: readonly Term[],
): Promise<{ signatures: number; norms: number }> {
  let [signatures, norms] = [0, 0];
  for (const term of terms) {
    const fixed = await fixedProduct(weights, term);
    const norm = term.places.length === 0 ? fixed : await normBound(weights, term);
    norms += norm;
    signatures += isRegular(term, weights.shape(term.param)) ? fixed : norm;
  }
  return { signatures, norms };
}

/** The grams of the members of a family that are on a term. */
async function familyGrams(
  weights: Weights,
  terms: readonly Term[],
  family: Family,
  yieldPoint: () => Promise<void>,
): Promise<Map<string, SignatureGrams>> {
  const grams = new Map<string, SignatureGrams>();
  for (const { name } of membersOf(family)) {
    const own = await signatureGrams(weights, terms, name, 'sorted', yieldPoint);
    if (own) grams.set(name, own);
  }
  return grams;
}

/**
 * The best permutations of a family. Coupled members need no special care: by signatures, neither depends on the
 * order of the other.
 */
function assigned(
  family: Family,
  grams: ReadonlyMap<string, SignatureGrams>,
  which: keyof SignatureGrams,
  solver: AssignmentSolver,
): Permutations {
  const members = membersOf(family);
  return assignFamily(family, {
    grams: new Map(members.map(({ name }) => [name, grams.get(name)?.[which] ?? null])),
    current: Object.fromEntries(members.map(({ name, size }) => [name, indices(size)])),
    held: groupsWithoutGram(family, grams),
    solver: centredSolver(checkedSolver(solver, family.group.name)),
  });
}

/** The groups that neither are on a term nor have such groups inside them. They keep their order. */
function groupsWithoutGram(
  family: Family,
  grams: ReadonlyMap<string, SignatureGrams>,
): Set<string> {
  const own = membersOf(family).map(({ name }) => name);
  const inside = family.children.flatMap((child) => [...groupsWithoutGram(child, grams)]);
  return new Set(own.some((name) => grams.has(name)) ? inside : own);
}

/** Σ_g Σ_i bound_g[i, p_g[i]]. */
function assignedValue(
  grams: ReadonlyMap<string, SignatureGrams>,
  permutations: Permutations,
): number {
  let value = 0;
  for (const [name, { bound }] of grams) {
    const p = permutations[name];
    for (let i = 0; i < p.length; i++) value += bound[i * p.length + p[i]];
  }
  return value;
}
