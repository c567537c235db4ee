import type { AssignmentSolver } from '../../assignment';
import type { Permutation, Permutations } from '../../permutation';
import type { ResolvedGroup } from '../../symmetry/internal';

/** A group with all that is inside its units, directly or not. */
export interface Family {
  readonly group: ResolvedGroup;
  readonly children: readonly Family[];
}

/** The family of a group. */
export function familyOf(groups: readonly ResolvedGroup[], name: string): Family {
  return {
    group: groups.find((group) => group.name === name)!,
    children: groups
      .filter(({ parent }) => parent === name)
      .map((child) => familyOf(groups, child.name)),
  };
}

/** The groups of a family, parents before children. */
export function membersOf({ group, children }: Family): ResolvedGroup[] {
  return [group, ...children.flatMap(membersOf)];
}

/** What a family is assigned by. */
export interface FamilyProblem {
  /** The gram of a group, row-major over all of its units; null where nothing tells its units apart. */
  readonly grams: ReadonlyMap<string, Float32Array | null>;
  /** Where all groups stand now; of those outside the family only the parent's is used. */
  readonly current: Permutations;
  /** Groups that keep, inside every unit of A's, the order in which they are now. */
  readonly held: ReadonlySet<string>;
  readonly solver: AssignmentSolver;
}

/**
 * The best permutations of a group and of all that is inside it: those that maximise
 * Σ_g Σ_u G_g[u, p_g[u]] over permutations that keep blocks together.
 *
 * Unit i of A's against unit j of B's is worth its own similarity and, for each group inside, that of
 * the best assignment of j's units to i's:
 *
 *     V_g[i, j] = G_g[i, j] + Σ_c max_σ Σ_k V_c[i·m + k, j·m + σ(k)],
 *
 * m being the number of units of c inside one of g's. So the family is solved from the innermost groups
 * outwards and read off inwards, exactly. A fibred group itself is solved inside the blocks in which its
 * parent has put it.
 */
export function assignFamily(
  family: Family,
  { grams, current, held, solver }: FamilyProblem,
): Record<string, Permutation> {
  const result: Record<string, Permutation> = {};
  const { group } = family;
  const { values, inside } = pairValues(family);
  const blocks = group.parent === null ? Int32Array.of(0) : current[group.parent];
  const p = new Int32Array(group.size);
  blocks.forEach((to, block) => {
    const { assignment } = bestOrder(values, group, block, to);
    placeBlock(p, group.inner, block, to, assignment);
  });
  readOff(family, p, inside);
  return result;

  /** What every unit of A's is worth against every unit of B's, and how the units inside are assigned for it. */
  function pairValues({ group: own, children }: Family): PairValues {
    const n = own.size;
    const gram = grams.get(own.name) ?? new Float32Array(n * n);
    if (children.length === 0) return { values: gram, inside: [] };
    const total = Float64Array.from(gram);
    const inside = children.map((child) => {
      const below = pairValues(child);
      const m = child.group.inner;
      const orders = new Int32Array(n * n * m);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          const order = held.has(child.group.name)
            ? heldOrder(below.values, child.group, current[child.group.name], i, j)
            : bestOrder(below.values, child.group, i, j);
          total[i * n + j] += order.value;
          orders.set(order.assignment, (i * n + j) * m);
        }
      }
      return { orders, below };
    });
    return { values: total, inside };
  }

  /** The assignment of the units inside j of B's to those inside i of A's that is worth most. */
  function bestOrder(
    values: Values,
    { inner: m, size }: ResolvedGroup,
    i: number,
    j: number,
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

  /** Puts the family's permutations together from the orders inside every pair that was made. */
  function readOff(
    { group: own, children }: Family,
    permutation: Permutation,
    orders: PairValues['inside'],
  ): void {
    result[own.name] = permutation;
    children.forEach((child, c) => {
      const m = child.group.inner;
      const inner = new Int32Array(child.group.size);
      permutation.forEach((to, from) => {
        const start = (from * own.size + to) * m;
        placeBlock(inner, m, from, to, orders[c].orders.subarray(start, start + m));
      });
      readOff(child, inner, orders[c].below.inside);
    });
  }
}

type Values = Float32Array | Float64Array;

interface PairValues {
  readonly values: Values;
  /** For each child, by pair (i, j) and unit inside i, the unit inside j. */
  readonly inside: readonly { readonly orders: Int32Array; readonly below: PairValues }[];
}

interface Order {
  readonly assignment: ArrayLike<number>;
  readonly value: number;
}

/** The order that the units inside i of A's have now, in j of B's. */
function heldOrder(
  values: Values,
  { inner: m, size }: ResolvedGroup,
  current: Permutation,
  i: number,
  j: number,
): Order {
  const assignment = current.subarray(i * m, (i + 1) * m).map((unit) => unit % m);
  const value = assignment.reduce((sum, l, k) => sum + values[(i * m + k) * size + j * m + l], 0);
  return { assignment, value };
}

function blockOf(values: Values, size: number, m: number, i: number, j: number): Values {
  const block = values instanceof Float32Array ? new Float32Array(m * m) : new Float64Array(m * m);
  for (let k = 0; k < m; k++) {
    const start = (i * m + k) * size + j * m;
    block.set(values.subarray(start, start + m), k * m);
  }
  return block;
}

/** Lets the units of a block take those of another, in this order. */
function placeBlock(
  p: Permutation,
  m: number,
  block: number,
  to: number,
  order: ArrayLike<number>,
): void {
  for (let k = 0; k < m; k++) p[block * m + k] = to * m + order[k];
}
