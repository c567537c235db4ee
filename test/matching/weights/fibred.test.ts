import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import {
  invertPermutations,
  type Params,
  type Permutation,
  type Permutations,
  permutationSpec,
  permute,
  randomPermutations,
  solveAssignment,
  type WeightMatchOptions,
  weightMatch,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { assignFamily } from '../../../src/matching/weights/assignFamily';
import { familyOf } from '../../../src/matching/weights/family';
import type { ResolvedGroup } from '../../../src/symmetry/resolveShapes';
import { useBackend } from '../../support/backend';
import { fibredNetworks, groupedQueryAttention } from '../../support/fibredNetworks';
import { expectNoLeak, expectPermutations } from '../../support/invariants';
import { randomParams, type TestNetwork } from '../../support/networks';

await useBackend('cpu');

function withNoise(params: Params, deviation: number, seed: number): Params {
  return tf.tidy(() =>
    Object.fromEntries(
      Object.entries(params).map(([name, x], i) => [
        name,
        tf.add(x, tf.randomNormal(x.shape, 0, deviation, 'float32', seed * 100 + i + 1)),
      ]),
    ),
  );
}

/** A network, and its copy with the units in another order and a little noise. */
function planted(network: TestNetwork, seed: number, noise = 0.02) {
  const a = randomParams(network, seed);
  const shuffle = randomPermutations(network.spec, a, { seed: seed + 50 });
  const b = withNoise(permute(network.spec, a, shuffle), noise, seed);
  return { a, b, expected: invertPermutations(shuffle) };
}

async function objective(network: TestNetwork, a: Params, b: Params, permutations: Permutations) {
  const permuted = permute(network.spec, b, permutations);
  let sum = 0;
  for (const name of Object.keys(a)) {
    const [x, y] = [await a[name].data(), await permuted[name].data()];
    for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  }
  return sum;
}

const asRecord = (permutations: Permutations) =>
  Object.fromEntries(Object.entries(permutations).map(([name, p]) => [name, Array.from(p)]));

describe.each(fibredNetworks.map((network) => [network.name, network] as const))(
  'matching %s',
  (_, network) => {
    const engines: WeightMatchOptions[] = [
      { engine: 'packed' },
      { engine: 'backend' },
      { engine: 'packed', incremental: false },
      { engine: 'packed', kernel: 'cosine' },
    ];

    it.each(engines)('finds the planted permutations: %o', async (options) => {
      const { a, b, expected } = planted(network, 3);
      const result = await weightMatch(network.spec, a, b, { ...options, restarts: 5, seed: 1 });
      expect(asRecord(result.permutations)).toEqual(asRecord(expected));
      expect(result.converged).toBe(true);
    });

    it('raises S at every step, and tells what S is', async () => {
      for (const seed of [1, 2, 3]) {
        const [a, b] = [randomParams(network, seed), randomParams(network, seed + 10)];
        const {
          history,
          objective: told,
          permutations,
          similarity,
        } = await weightMatch(network.spec, a, b, { seed });
        expectPermutations(permutations);
        expect(history).toEqual([...history].sort((x, y) => x - y));
        const truth = await objective(network, a, b, permutations);
        expect(told).toBeCloseTo(truth, 3);
        expect(history.at(-1)).toBeCloseTo(truth, 3);
        for (const [name, values] of Object.entries(similarity)) {
          expect(values.length).toBe(permutations[name].length);
        }
      }
    });

    it('ends where no group of its own can raise S further, inner units included', async () => {
      const [a, b] = [randomParams(network, 7), randomParams(network, 8)];
      const { permutations, objective: reached } = await weightMatch(network.spec, a, b);
      for (const moved of neighbours(network, permutations)) {
        expect(await objective(network, a, b, moved)).toBeLessThan(reached + 1e-4);
      }
    });

    it('leaks nothing', async () => {
      const [a, b] = [randomParams(network, 7), randomParams(network, 8)];
      await expectNoLeak(() => weightMatch(network.spec, a, b, { engine: 'backend' }));
      await expectNoLeak(() => weightMatch(network.spec, a, b, { kernel: 'cosine' }));
    });
  },
);

/** All that one transposition inside a block makes of permutations. */
function* neighbours({ spec }: TestNetwork, permutations: Permutations): Generator<Permutations> {
  const parents = new Set(spec.groups.flatMap((group) => group.parents ?? []).map((p) => p.group));
  for (const { name, parents: above } of spec.groups) {
    const p = permutations[name];
    if (!p || parents.has(name)) continue; // Heads move with what is inside them.
    const inner = above ? p.length / permutations[above[0].group].length : p.length;
    for (let i = 0; i < p.length; i++) {
      for (let j = i + 1; j < p.length && Math.floor(j / inner) === Math.floor(i / inner); j++) {
        const moved = p.slice();
        [moved[i], moved[j]] = [p[j], p[i]];
        yield { ...permutations, [name]: moved };
      }
    }
  }
}

describe('a family', () => {
  const groups: ResolvedGroup[] = [
    { name: 'h', size: 3, parent: null, inner: 3 },
    { name: 'd', size: 6, parent: 'h', inner: 2 },
    { name: 'v', size: 9, parent: 'h', inner: 3 },
    { name: 'w', size: 12, parent: 'd', inner: 2 },
  ];

  it('is assigned as well as by trying everything', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.integer({ min: -9, max: 9 })), (numbers) => {
        const grams = new Map(
          groups.map(({ name, size }) => [
            name,
            Float32Array.from({ length: size * size }, () => numbers.next().value!),
          ]),
        );
        const value = (permutations: Permutations) =>
          groups.reduce(
            (sum, { name, size }) =>
              sum + permutations[name].reduce((s, j, i) => s + grams.get(name)![i * size + j], 0),
            0,
          );
        const found = assignFamily(familyOf(groups, 'h'), {
          grams,
          current: {},
          held: new Set(),
          solver: solveAssignment,
        });
        expect(value(found)).toBe(bestByTrying(grams));
      }),
      { numRuns: 30 },
    );
  });

  /** The best value over every permutation of the family. */
  function bestByTrying(grams: ReadonlyMap<string, Float32Array>): number {
    const blockBest = (name: string, i: number, j: number): number => {
      const { size, inner } = groups.find((group) => group.name === name)!;
      const children = groups.filter(({ parent }) => parent === name);
      let best = Number.NEGATIVE_INFINITY;
      for (const order of allOrders(inner)) {
        let sum = 0;
        order.forEach((l, k) => {
          const [u, v] = [i * inner + k, j * inner + l];
          sum += grams.get(name)![u * size + v];
          for (const child of children) sum += blockBest(child.name, u, v);
        });
        best = Math.max(best, sum);
      }
      return best;
    };
    return blockBest('h', 0, 0);
  }

  it('keeps the order of those that are held', () => {
    const small = groups.slice(0, 2);
    const current: Record<string, Permutation> = {
      h: Int32Array.of(0, 1, 2),
      d: Int32Array.of(1, 0, 2, 3, 5, 4),
    };
    // Only h is worth anything, and wants to be reversed; the order inside A's heads stays.
    const gram = Float32Array.of(0, 0, 1, 0, 1, 0, 1, 0, 0);
    const found = assignFamily(familyOf(small, 'h'), {
      grams: new Map([
        ['h', gram],
        ['d', null],
      ]),
      current,
      held: new Set(['d']),
      solver: solveAssignment,
    });
    expect(asRecord(found)).toEqual({ h: [2, 1, 0], d: [5, 4, 2, 3, 1, 0] });
  });

  it('inside a parent that is held stays in the blocks where the parent has put it', () => {
    const gram = Float32Array.from({ length: 36 }, (_, at) => (at % 7 === 1 ? 5 : 0));
    const found = assignFamily(familyOf(groups.slice(0, 2), 'd'), {
      grams: new Map([['d', gram]]),
      current: { h: Int32Array.of(1, 2, 0) },
      held: new Set(),
      solver: solveAssignment,
    });
    expect(Array.from(found.d, (unit) => Math.floor(unit / 2))).toEqual([1, 1, 2, 2, 0, 0]);
  });
});

function allOrders(n: number): number[][] {
  if (n === 0) return [[]];
  return allOrders(n - 1).flatMap((order) =>
    Array.from({ length: n }, (_, at) => [...order.slice(0, at), n - 1, ...order.slice(at)]),
  );
}

it('ends, with kept grams too, where no group can move any more', async () => {
  const { spec } = groupedQueryAttention;
  for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
    const [a, b] = [seed, seed + 1].map((each) => randomParams(groupedQueryAttention, each));
    const found = await weightMatch(spec, a, b, { seed });
    expect(found.converged).toBe(true);
    const initial = found.permutations;
    const again = await weightMatch(spec, a, b, { initial, incremental: false });
    expect(asRecord(again.permutations)).toEqual(asRecord(initial));
  }
});

it('two engines and threads of work give the same permutations on coupled groups', async () => {
  for (const seed of [1, 2, 3, 4]) {
    const [a, b] = [
      randomParams(groupedQueryAttention, seed),
      randomParams(groupedQueryAttention, seed + 20),
    ];
    const results = await Promise.all(
      (['packed', 'backend'] as const).map((engine) =>
        weightMatch(groupedQueryAttention.spec, a, b, { engine, seed }),
      ),
    );
    expect(asRecord(results[0].permutations)).toEqual(asRecord(results[1].permutations));
  }
});

it('a group is solved again after a group inside it has read a changed gram', async () => {
  const shapes = {
    g: [5],
    h: [8],
    k: [3],
    'g d[g]': [5, 4],
    'g e[g] 1': [5, 2, 1],
    'h (g d[g])': [8, 20],
    '(g d[g] e[g])': [40],
    '(g e[g] d[g]) k': [40, 3],
  };
  const spec = permutationSpec(
    Object.fromEntries(Object.keys(shapes).map((axes, i) => [`w${i}`, axes])),
  );
  const make = (seed: number): Params =>
    Object.fromEntries(
      Object.values(shapes).map((shape, i) => [
        `w${i}`,
        tf.randomNormal(shape, 0, 1, 'float32', 100 * seed + i + 1),
      ]),
    );
  const [a, b] = [make(2), make(1002)];
  const match = (incremental: boolean) =>
    weightMatch(spec, a, b, { seed: 2, restarts: 2, incremental });
  const [plain, incremental] = [await match(false), await match(true)];
  expect(incremental.permutations).toEqual(plain.permutations);
  expect(incremental.objective).toBe(plain.objective);
});
