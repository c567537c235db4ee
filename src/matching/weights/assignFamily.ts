import type { AssignmentSolver } from '../../assignment';
import type { Permutation, Permutations } from '../../permutation';
import type { ResolvedGroup } from '../../symmetry/internal';
import type { Family } from './family';

/** The assignment problem of a family. */
export interface FamilyProblem {
  /** The gram of each group, `[units of A × units of B]`, row-major; null for a group without one. */
  readonly grams: ReadonlyMap<string, Float32Array | null>;
  /** The present permutations of all groups. Outside the family only the parent's is used. */
  readonly current: Permutations;
  /** Groups that are not solved: their units keep their present order inside every block of A. */
  readonly held: ReadonlySet<string>;
  readonly solver: AssignmentSolver;
}

/**
 * The best permutations of a group and of all groups inside it: those that maximise
 * Σ_g Σ_u G_g[u, p_g[u]] over permutations that keep blocks together.
 *
 * The value of pairing unit i of A with unit j of B is their own similarity and, for each group inside,
 * the value of the best assignment of the units inside j to those inside i:
 *
 *     V_g[i, j] = G_g[i, j] + Σ_c max_σ Σ_k V_c[i·m + k, j·m + σ(k)],
 *
 * with m units of c inside each unit of g. Values are computed from the innermost groups outwards,
 * permutations are read off from the outermost group inwards. The result is exact. A family inside another
 * group is assigned inside the blocks to which that group has moved them.
 */
export function assignFamily(family: Family, problem: FamilyProblem): Record<string, Permutation> {
  const { group } = family;
  const { current, solver } = problem;
  const pairs = pairValues(family, problem);
  const blocks = group.parent === null ? Int32Array.of(0) : current[group.parent];
  const p = new Int32Array(group.size);
  blocks.forEach((to, block) => {
    const { assignment } = bestOrder(pairs.values, group, block, to, solver);
    placeBlock(p, group.inner, block, to, assignment);
  });
  return permutationsInside(family, p, pairs);
}

type Values = Float32Array | Float64Array;

/**
 * The value of pairing each unit of A with each unit of B, `[units × units]`, row-major: V_g of {@link assignFamily}, which
 * for a group without others inside is its gram.
 */
export function familyValues(family: Family, problem: FamilyProblem): Values {
  return pairValues(family, problem).values;
}

/** The value of every pair of units of a group, and the best orders of the units inside them. */
interface PairValues {
  /** V_g, `[units × units]`, row-major. */
  readonly values: Values;
  /** For each child `orders`, `[units, units, inner]`: at [i, j, k] the unit inside j for unit k inside i. */
  readonly inside: readonly { readonly orders: Int32Array; readonly pairs: PairValues }[];
}

function pairValues({ group, children }: Family, problem: FamilyProblem): PairValues {
  const n = group.size;
  const gram = problem.grams.get(group.name) ?? new Float32Array(n * n);
  if (children.length === 0) return { values: gram, inside: [] };
  const values = Float64Array.from(gram);
  const inside = children.map((child) => {
    const pairs = pairValues(child, problem);
    const m = child.group.inner;
    const orders = new Int32Array(n * n * m);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const order = orderInside(pairs.values, child.group, i, j, problem);
        values[i * n + j] += order.value;
        orders.set(order.assignment, (i * n + j) * m);
      }
    }
    return { orders, pairs };
  });
  return { values, inside };
}

/** The permutations of a family, given that of its outermost group. */
function permutationsInside(
  { group, children }: Family,
  p: Permutation,
  { inside }: PairValues,
): Record<string, Permutation> {
  const all = children.map((child, c) => {
    const m = child.group.inner;
    const inner = new Int32Array(child.group.size);
    p.forEach((to, from) => {
      const start = (from * group.size + to) * m;
      placeBlock(inner, m, from, to, inside[c].orders.subarray(start, start + m));
    });
    return permutationsInside(child, inner, inside[c].pairs);
  });
  return Object.assign({ [group.name]: p }, ...all);
}

/** An assignment of the units inside j of B to those inside i of A, and its value. */
interface Order {
  readonly assignment: ArrayLike<number>;
  readonly value: number;
}

function orderInside(
  values: Values,
  group: ResolvedGroup,
  i: number,
  j: number,
  { held, current, solver }: FamilyProblem,
): Order {
  return held.has(group.name)
    ? presentOrder(values, group, i, j, current[group.name])
    : bestOrder(values, group, i, j, solver);
}

/** The order that the units inside i have now. */
function presentOrder(
  values: Values,
  { inner: m, size }: ResolvedGroup,
  i: number,
  j: number,
  current: Permutation,
): Order {
  const assignment = current.subarray(i * m, (i + 1) * m).map((unit) => unit % m);
  const value = assignment.reduce((sum, l, k) => sum + values[(i * m + k) * size + j * m + l], 0);
  return { assignment, value };
}

/** The order of greatest value. */
function bestOrder(
  values: Values,
  { inner: m, size }: ResolvedGroup,
  i: number,
  j: number,
  solver: AssignmentSolver,
): Order {
  const at = (k: number, l: number) => values[(i * m + k) * size + j * m + l];
  if (m === 1) return { assignment: [0], value: at(0, 0) };
  if (m === 2) {
    const [straight, crossed] = [at(0, 0) + at(1, 1), at(0, 1) + at(1, 0)];
    return crossed > straight
      ? { assignment: [1, 0], value: crossed }
      : { assignment: [0, 1], value: straight };
  }
  const block = m === size ? values : blockOf(values, size, m, i, j);
  const { assignment } = solver(block, m);
  return { assignment, value: assignment.reduce((sum, l, k) => sum + at(k, l), 0) };
}

function blockOf(values: Values, size: number, m: number, i: number, j: number): Values {
  const block = values instanceof Float32Array ? new Float32Array(m * m) : new Float64Array(m * m);
  for (let k = 0; k < m; k++) {
    const start = (i * m + k) * size + j * m;
    block.set(values.subarray(start, start + m), k * m);
  }
  return block;
}

/** Pairs the units of a block of A with those of block `to` of B, in this order. */
function placeBlock(
  p: Permutation,
  m: number,
  block: number,
  to: number,
  order: ArrayLike<number>,
): void {
  for (let k = 0; k < m; k++) p[block * m + k] = to * m + order[k];
}
