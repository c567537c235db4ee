import type { Permutations } from '../../permutation';
import { indices, shuffled } from '../../permutation/internal';
import { type RandomSource, randomSource } from '../../runtime';
import type { ResolvedGroup } from '../../symmetry/internal';

/** The moves of some groups, by name: an order of the units inside each block of a group. */
export type Movement = ReadonlyMap<string, readonly Int32Array[]>;

/** The largest size of a group for which two groups often get the same order by chance. */
const FEW = 4;

/**
 * Movements that reveal a wrong spec. In the first, every group moves in a cycle, so no unit stays. In the next ones,
 * different subsets of the small groups move, since two groups that must move together often move alike by chance
 * (2 units have only one order that moves them). In the last ones, neighbours of the cycle are exchanged; together
 * with the cycle these generate every permutation. Large groups are shuffled again each time.
 */
export function drawMovements(groups: readonly ResolvedGroup[], seed: number): Movement[] {
  if (groups.length === 0) return [];
  const random = randomSource(seed, 2);
  const few = groups.filter(({ inner }) => inner > 1 && inner <= FEW).map(({ name }) => name);
  const cycles = new Map(
    groups.map(({ name, size, inner }) => [
      name,
      Array.from({ length: size / inner }, () => cycle(inner, random)),
    ]),
  );
  const anew = (orders: readonly Int32Array[]) => orders.map((order) => reshuffled(order, random));
  const inTurn = Array.from({ length: Math.ceil(Math.log2(Math.max(1, few.length))) }, (_, bit) =>
    [...cycles].flatMap(([name, orders]): [string, Int32Array[]][] => {
      if (!few.includes(name)) return [[name, anew(orders)]];
      return (few.indexOf(name) >> bit) % 2 === 1 ? [[name, orders]] : [];
    }),
  );
  const swaps = (few.length > 0 ? [0, 2] : [0]).map((steps) =>
    [...cycles].map(([name, orders]): [string, Int32Array[]] => [
      name,
      few.includes(name) ? orders.map((order) => swapped(order, steps)) : anew(orders),
    ]),
  );
  return [cycles, ...[...inTurn, ...swaps].map((each) => new Map(each))];
}

/** The permutations of all groups by a movement of those in `moved`. Other groups keep the order inside their blocks. */
export function movedPermutations(
  groups: readonly ResolvedGroup[],
  movement: Movement,
  moved: readonly string[],
): Permutations {
  const permutations: Record<string, Int32Array> = {};
  for (const { name, parent, size, inner } of groups) {
    const blocks = parent === null ? Int32Array.of(0) : permutations[parent];
    const orders = moved.includes(name) ? movement.get(name) : undefined;
    const own = new Int32Array(size);
    blocks.forEach((from, block) => {
      for (let u = 0; u < inner; u++) {
        own[block * inner + u] = from * inner + (orders ? orders[block][u] : u);
      }
    });
    permutations[name] = own;
  }
  return permutations;
}

/** A random order of one cycle, which leaves no unit in place (Sattolo's algorithm). */
function cycle(n: number, random: RandomSource): Int32Array {
  const order = indices(n);
  for (let i = n - 1; i > 0; i--) {
    const j = random.below(i);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** The exchange of a unit with the next one in the cycle. The unit is `steps` steps after unit 0. */
function swapped(cyclic: Int32Array, steps: number): Int32Array {
  const order = indices(cyclic.length);
  let unit = 0;
  for (let step = 0; step < steps; step++) unit = cyclic[unit];
  const next = cyclic[unit];
  [order[unit], order[next]] = [next, unit];
  return order;
}

function reshuffled({ length }: Int32Array, random: RandomSource): Int32Array {
  return shuffled(indices(length), random);
}
