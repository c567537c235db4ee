import type { Permutations } from 'perm-lmc';
import type { ResolvedGroup } from '../../src/symmetry/resolveShapes';

/** All orders of 0 … n − 1. */
function permutationsOf(n: number): number[][] {
  if (n === 0) return [[]];
  return permutationsOf(n - 1).flatMap((p) =>
    Array.from({ length: n }, (_, at) => [...p.slice(0, at), n - 1, ...p.slice(at)]),
  );
}

/** All permutations of all groups, those inside others included. */
export function allPermutations(groups: readonly ResolvedGroup[]): Permutations[] {
  return groups.reduce<Permutations[]>(
    (partial, { name, size, parent, inner }) =>
      partial.flatMap((known) => {
        const blocks = parent === null ? [0] : [...known[parent]];
        const orders = blocks.reduce<number[][]>(
          (all, block) =>
            all.flatMap((p) =>
              permutationsOf(inner).map((order) => [...p, ...order.map((k) => block * inner + k)]),
            ),
          [[]],
        );
        return orders
          .filter(({ length }) => length === size)
          .map((order) => ({ ...known, [name]: Int32Array.from(order) }));
      }),
    [{}],
  );
}
