import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { type ActivationMatchManyOptions, activationMatchMany } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { comparedOn } from '../../../../src/matching/activations/comparedUnits';
import { gramsAgainstOthers } from '../../../../src/matching/activations/many/gramsAgainstOthers';
import { networkPairs, pairIndex } from '../../../../src/matching/activations/moments';
import { useBackend } from '../../../support/backend';
import {
  bestOfAll,
  linearObjective,
  ofH,
  permutationsOf,
  randomTables,
  type Table,
  tableActivations,
  tableNetworks,
  tableSpec,
} from './jointOracle';

await useBackend('cpu');

/** The joint match of networks with these activations. */
async function matched(
  tables: readonly Table[],
  options: Partial<ActivationMatchManyOptions> = {},
) {
  const networks = tableNetworks(tables);
  const found = await activationMatchMany(tableSpec, networks, {
    ...{ activations: tableActivations, inputs: tf.zeros([1, 1]) },
    ...options,
  } as ActivationMatchManyOptions);
  tf.dispose(networks);
  return found;
}

/** Each unit of a table less its mean, if wanted, and divided by its norm. */
function normalised(table: Table, isCentred: boolean): Table {
  const columns = table[0].map((_, unit) => {
    const values = table.map((row) => row[unit]);
    const mean = isCentred ? values.reduce((sum, x) => sum + x, 0) / values.length : 0;
    const own = values.map((x) => x - mean);
    const norm = Math.sqrt(own.reduce((sum, x) => sum + x * x, 0));
    return own.map((x) => (norm > 1e-9 ? x / norm : 0));
  });
  return table.map((_, sample) => columns.map((values) => values[sample]));
}

const seeds = fc.integer({ min: 1, max: 2 ** 31 });

describe('against all permutations', () => {
  // A has the units (1, 0) and (0, 0), B (1, 2) and (0, 0), C (1, −2) and (0, 0): samples are rows here. The star of
  // A is the order as given: 1 + 1 + (1 − 4) = −1. With B swapped: 0 + 1 + 0 = 1.
  it('the star of the reference may be wrong where the sum of the pairs is right', async () => {
    const tables = [
      [
        [1, 0],
        [0, 0],
      ],
      [
        [1, 0],
        [2, 0],
      ],
      [
        [1, 0],
        [-2, 0],
      ],
    ];
    expect(bestOfAll(tables).objective).toBe(1);
    const { objective, history, pairs } = await matched(tables);
    expect(history[0]).toBe(-1);
    expect(objective).toBe(1);
    expect(pairs.map((each) => each.bound)).toEqual([1, 1, 0]);
  });

  it('many restarts find the greatest sum; one run finds a sum that no network can raise by itself', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const tables = randomTables(4, 5, 3, seed);
        const best = bestOfAll(tables).objective;
        const [one, many] = [await matched(tables), await matched(tables, { restarts: 40 })];
        expect(many.objective).toBe(best);
        const orders = ofH(one.permutations);
        expect(linearObjective(tables, orders)).toBe(one.objective);
        for (const k of orders.keys()) {
          for (const order of permutationsOf(3)) {
            const changed = orders.map((each, i) => (i === k ? order : each));
            expect(linearObjective(tables, changed)).toBeLessThanOrEqual(one.objective);
          }
        }
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  it('networks that are given in their best order keep their sum', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const tables = randomTables(4, 4, 3, seed);
        const { objective, orders } = bestOfAll(tables);
        const aligned = tables.map((table, k) => table.map((row) => orders[k].map((u) => row[u])));
        const found = await matched(aligned);
        expect(found.objective).toBe(objective);
        expect(found.history[0]).toBe(objective);
      }),
      { numRuns: 40, seed: 2 },
    );
  });

  it.each(['cosine', 'correlation'] as const)('the sum under the kernel %s', async (kernel) => {
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const tables = randomTables(3, 6, 3, seed);
        const scaled = tables.map((table) => normalised(table, kernel === 'correlation'));
        const { objective, permutations } = await matched(tables, { kernel, restarts: 40 });
        expect(linearObjective(scaled, ofH(permutations))).toBeCloseTo(objective, 4);
        expect(bestOfAll(scaled).objective).toBeCloseTo(objective, 4);
      }),
      { numRuns: 20, seed: 3 },
    );
  });
});

it('the gram of a network against all others is the sum of its similarities with them', () => {
  const [units, count] = [70, 4]; // More units than a block of the transpose has.
  let state = 7;
  const random = (length: number) =>
    Float64Array.from({ length }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return (state % 1000) - 500;
    });
  const products = networkPairs(count).map(() => random(units * units));
  const sides = Array.from({ length: count }, () => ({
    sums: random(units),
    squares: random(units).map((x) => x * x + 1),
  }));
  const compared = comparedOn('linear', { samples: 9, networks: sides, products });
  const orders = Array.from({ length: count }, (_, k) => ({
    h: Int32Array.from({ length: units }, (__, u) => (u * (2 * k + 3) + k) % units),
  }));
  const group = { name: 'h', size: units, parent: null, inner: units };
  for (let k = 0; k < count; k++) {
    const family = { group, children: [] };
    const gram = gramsAgainstOthers(family, new Map([['h', compared]]), orders, k).get('h')!;
    for (let u = 0; u < units; u++) {
      for (let v = 0; v < units; v++) {
        let expected = 0;
        for (let j = 0; j < count; j++) {
          const other = orders[j].h[u];
          if (j < k) expected += products[pairIndex([j, k], count)][other * units + v];
          if (j > k) expected += products[pairIndex([k, j], count)][v * units + other];
        }
        expect(gram[u * units + v]).toBe(expected);
      }
    }
  }
});
