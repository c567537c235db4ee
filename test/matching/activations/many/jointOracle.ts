import * as tf from '@tensorflow/tfjs-core';
import { type Params, type PermutationSpec, type Permutations, permutationSpec } from 'perm-lmc';

/** A network that is nothing but the activations of one group, [samples, units]. */
export const tableSpec: PermutationSpec = permutationSpec({ table: '_ h' });

/** The activations of such a network. */
export const tableActivations = ({ table }: Params) => ({ h: table });

/** Activations of a network: a list for each sample. */
export type Table = readonly (readonly number[])[];

/** The networks of these activations. */
export const tableNetworks = (tables: readonly Table[]): Params[] =>
  tables.map((rows) => ({ table: tf.tensor2d(rows.map((row) => [...row])) }));

/** Random activations in −9 … 9, integers so that products are exact. */
export function randomTables(count: number, samples: number, units: number, seed: number): Table[] {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * 19) - 9;
  };
  const list = <T>(length: number, make: () => T) => Array.from({ length }, make);
  return list(count, () => list(samples, () => list(units, next)));
}

/** S under the linear kernel by its definition, with unit p[u] of each network in place u. */
export function linearObjective(
  tables: readonly Table[],
  orders: readonly ArrayLike<number>[],
): number {
  let total = 0;
  for (let j = 1; j < tables.length; j++) {
    for (let i = 0; i < j; i++) {
      tables[i].forEach((row, sample) => {
        for (let u = 0; u < row.length; u++) {
          total += row[orders[i][u]] * tables[j][sample][orders[j][u]];
        }
      });
    }
  }
  return total;
}

/** All permutations of n units. */
export function permutationsOf(n: number): number[][] {
  if (n === 0) return [[]];
  return permutationsOf(n - 1).flatMap((shorter) =>
    Array.from({ length: n }, (_, at) => [...shorter.slice(0, at), n - 1, ...shorter.slice(at)]),
  );
}

/** The greatest S of all permutations, the first network in its order, and permutations that reach it. */
export function bestOfAll(tables: readonly Table[]): { objective: number; orders: number[][] } {
  const units = tables[0][0].length;
  const choices = permutationsOf(units);
  const found = { objective: Number.NEGATIVE_INFINITY, orders: [] as number[][] };
  const visit = (orders: number[][]) => {
    if (orders.length === tables.length) {
      const objective = linearObjective(tables, orders);
      if (objective > found.objective) Object.assign(found, { objective, orders });
      return;
    }
    for (const order of choices) visit([...orders, order]);
  };
  visit([Array.from({ length: units }, (_, u) => u)]);
  return found;
}

/** The permutations of group h. */
export const ofH = (permutations: readonly Permutations[]) => permutations.map(({ h }) => h);
