import * as tf from '@tensorflow/tfjs-core';
import {
  type Params,
  type PermutationSpec,
  type Permutations,
  permutationSpec,
  randomPermutations,
  solveAssignment,
  type WeightMatchProgress,
  weightMatch,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import type { DescentStep } from '../../../../src/matching/weights/coordinateDescent';
import { frankWolfe } from '../../../../src/matching/weights/frankWolfe/frankWolfe';
import { plainGrams } from '../../../../src/matching/weights/grams';
import { uniformGrams } from '../../../../src/matching/weights/signatures/signatureSum';
import { allPermutations } from '../../../support/allPermutations';
import { useBackend } from '../../../support/backend';
import { expectFamilies } from '../../../support/expectFamilies';
import { fibredNetworks } from '../../../support/fibredNetworks';
import { knotty, knottyParams } from '../../../support/knotty';
import { randomParams, testNetworks } from '../../../support/networks';
import { type PreparedPair, preparedPair } from '../../../support/preparedPair';
import {
  type DenseParameter,
  type DensePoint,
  denseFrankWolfe,
  denseObjective,
  matrixOf,
  mixed,
  slopeTowards,
  uniformMatrix,
} from './denseFrankWolfe';

await useBackend('cpu');

/** The share of |S| at which the gap ends a run. */
const TOLERANCE = 1e-2;

/** Random normal params of some shapes. */
function randomOf(shapes: Readonly<Record<string, readonly number[]>>, seed: number): Params {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape], i) => [
      name,
      tf.randomNormal([...shape], 0, 1, 'float32', 100 * seed + i + 1),
    ]),
  );
}

/** A run of the library's algorithm. */
async function run({ weights, terms, groups, products }: PreparedPair, initial: Permutations) {
  const yieldPoint = async () => {};
  const uniform = await uniformGrams(weights, terms, groups, yieldPoint);
  const grams = plainGrams(products);
  const steps: DescentStep[] = [];
  const end = await frankWolfe(
    { target: products, grams, groups, solver: solveAssignment, yieldPoint },
    { initial, uniform, onStep: (step) => steps.push(step) },
  );
  return { ...end, steps };
}

/** Parameters of two axes or fewer, as matrices. */
async function denseParameters(
  patterns: Readonly<Record<string, string>>,
  a: Params,
  b: Params,
): Promise<DenseParameter[]> {
  const groupOf = (axis: string | undefined) => (axis && /[a-z]/.test(axis) ? axis : null);
  const parameters: DenseParameter[] = [];
  for (const [name, pattern] of Object.entries(patterns)) {
    const axes = pattern.split(' ');
    const [x, y] = [a[name], b[name]].map((tensor) =>
      tensor.rank === 1 ? tf.expandDims(tensor, 1) : tensor,
    );
    parameters.push({
      rows: groupOf(axes[0]),
      columns: groupOf(axes[1]),
      a: (await x.array()) as number[][],
      b: (await y.array()) as number[][],
    });
  }
  return parameters;
}

/** Specs with at most two places on a parameter, and groups of at most five units. */
const small: [Record<string, string>, Record<string, readonly number[]>][] = [
  [
    { in: '_ g', w: 'g h', out: 'h _', bias: 'h' },
    { in: [3, 4], w: [4, 5], out: [5, 2], bias: [5] },
  ],
  [
    { w: 'g h', x: 'h k', y: 'k _', skip: 'g k' },
    { w: [4, 5], x: [5, 4], y: [4, 2], skip: [4, 4] },
  ],
  [
    { w: 'g g', x: 'g _' }, // Quadratic in one group.
    { w: [5, 5], x: [5, 2] },
  ],
  [{ w: 'g h' }, { w: [5, 5] }],
];

describe.each(small)('against dense matrices: %o', (patterns, shapes) => {
  const spec = permutationSpec(patterns);
  const cases = [1, 2, 3, 4, 5, 6].map((seed) => ({ seed }));

  it.each(cases)('takes the same steps, seed $seed', async ({ seed }) => {
    const [a, b] = [randomOf(shapes, seed), randomOf(shapes, seed + 30)];
    const pair = await preparedPair(spec, a, b);
    const initial = randomPermutations(spec, a, { seed });
    const found = await run(pair, initial);

    const parameters = await denseParameters(patterns, a, b);
    const corner: DensePoint = Object.fromEntries(
      Object.entries(initial).map(([name, p]) => [name, matrixOf(p)]),
    );
    const centre: DensePoint = Object.fromEntries(
      Object.entries(initial).map(([name, p]) => [name, uniformMatrix(p.length)]),
    );
    const oracle = denseFrankWolfe(parameters, mixed(corner, centre, 0.5), {
      tolerance: TOLERANCE,
      most: 60,
    });

    expect(found.initialObjective).toBeCloseTo(denseObjective(parameters, corner), 4);
    expect(found.iterations).toBe(oracle.steps.length);
    expect(found.steps.length).toBe(oracle.steps.length);
    const reached = denseObjective(parameters, mixed(corner, centre, 0.5));
    let before = reached;
    oracle.steps.forEach(({ objective }, at) => {
      expect(Math.abs(found.steps[at].objective - objective)).toBeLessThan(
        1e-4 * Math.abs(objective) + 1e-5,
      );
      expect(found.steps[at].gain).toBeCloseTo(objective - before, 3);
      before = objective;
    });
    // The last vertex, or another one that the gradient points to as much: inside a face they are equal.
    const vertex = Object.fromEntries(
      Object.entries(found.permutations).map(([name, p]) => [name, matrixOf(p)]),
    );
    const towards = slopeTowards(parameters, oracle.point, vertex);
    expect(Math.abs(towards - oracle.gap)).toBeLessThan(1e-3);
    // What is left to gain at the last gradient is a small share of S.
    if (oracle.steps.length < 60)
      expect(oracle.gap).toBeLessThanOrEqual(TOLERANCE * Math.abs(before));
    pair.dispose();
    tf.dispose([a, b]);
  });

  it('searches each line exactly: no point of a fine grid is higher', async () => {
    const [a, b] = [randomOf(shapes, 7), randomOf(shapes, 37)];
    const pair = await preparedPair(spec, a, b);
    const initial = randomPermutations(spec, a, { seed: 7 });
    const { steps } = await run(pair, initial);
    const parameters = await denseParameters(patterns, a, b);
    const point = (matrix: (n: number) => number[][]): DensePoint =>
      Object.fromEntries(Object.entries(initial).map(([name, p]) => [name, matrix(p.length)]));
    const corner = Object.fromEntries(
      Object.entries(initial).map(([name, p]) => [name, matrixOf(p)]),
    );
    const start = mixed(corner, point(uniformMatrix), 0.5);
    const oracle = denseFrankWolfe(parameters, start, { tolerance: TOLERANCE, most: 60 });
    expect(steps.length).toBeGreaterThan(0);
    oracle.steps.forEach(({ from, to }, at) => {
      for (let i = 0; i <= 100; i++) {
        const value = denseObjective(parameters, mixed(from, to, i / 100));
        expect(value).toBeLessThanOrEqual(steps[at].objective + 1e-4 * Math.abs(value) + 1e-5);
      }
    });
    pair.dispose();
    tf.dispose([a, b]);
  });
});

describe('W = diag(2, 1) in both networks, rows and columns in groups of their own', () => {
  // S(P, Q) = 5 p q + 4 (1 − p)(1 − q) for the diagonals p of P and q of Q.
  const spec = permutationSpec({ w: 'g h' });
  const w = tf.tensor2d([2, 0, 0, 1], [2, 2]);

  it.each([
    // p = q = ¾: 45/16 + 4/16 = 3.0625; all the way to p = q = 1: 5.
    ['identity', [0, 1], 5, 1.9375],
    // p = q = ¼: 5/16 + 36/16 = 2.5625; all the way to p = q = 0: 4, a fixed point.
    ['the swaps', [1, 0], 4, 1.4375],
  ])('from %s it takes one whole step', async (_, p, objective, gain) => {
    const pair = await preparedPair(spec, { w }, { w });
    const initial = { g: Int32Array.from(p), h: Int32Array.from(p) };
    const { steps, permutations, initialObjective } = await run(pair, initial);
    expect(steps.length).toBe(1);
    expect(steps[0].objective).toBeCloseTo(objective, 6);
    expect(steps[0].gain).toBeCloseTo(gain, 6);
    expect(permutations).toEqual(initial);
    expect(initialObjective).toBe(objective);
    pair.dispose();
  });

  it('the swaps are where a match from there stays; the default start is certified at 5', async () => {
    const initial = { g: Int32Array.of(1, 0), h: Int32Array.of(1, 0) };
    expect((await weightMatch(spec, { w }, { w }, { initial })).objective).toBe(4);
    expect(await weightMatch(spec, { w }, { w })).toMatchObject({ objective: 5, bound: 5 });
  });
});

interface Case {
  readonly name: string;
  readonly spec: PermutationSpec;
  readonly make: (seed: number) => Params;
}

const cases: readonly Case[] = [
  ...[...testNetworks, ...fibredNetworks].map((network) => ({
    name: network.name,
    spec: network.spec,
    make: (seed: number) => randomParams(network, seed),
  })),
  { name: 'knotty patterns', spec: knotty.spec, make: knottyParams },
];

describe.each(cases)('$name', ({ spec, make }) => {
  it.each(['linear', 'cosine'] as const)(
    'rises in every iteration and ends in a family, %s',
    async (kernel) => {
      const [a, b] = [make(1), make(2)];
      const pair = await preparedPair(spec, a, b);
      const steps: WeightMatchProgress[] = [];
      const match = await weightMatch(spec, a, b, {
        ...{ kernel, restarts: 2, include: (name) => !/num_batches/.test(name) },
        onProgress: (step) => steps.push(step),
      });
      expectFamilies(pair.groups, match.permutations);
      const iterations = steps.filter(({ phase }) => phase === 'frankWolfe');
      expect(iterations.length).toBeGreaterThan(0);
      for (const { gain, group, sweep } of iterations) {
        expect(gain).toBeGreaterThanOrEqual(0);
        expect([group, sweep]).toEqual([null, 0]);
      }
      match.runs.forEach((each, restart) => {
        const own = iterations.filter((step) => step.restart === restart);
        expect(each.iterations).toBe(own.length);
        own.slice(1).forEach(({ objective, gain }, at) => {
          expect(objective).toBeCloseTo(own[at].objective + gain, 6);
        });
      });
      pair.dispose();
      tf.dispose([a, b]);
    },
  );

  it('ends no lower than it starts, at optima and at random permutations', async () => {
    const [a, b] = [make(3), make(4)];
    const descent = await weightMatch(spec, a, b, { method: 'coordinateDescent', restarts: 3 });
    const starts = [
      descent.permutations,
      ...[1, 2, 3].map((seed) => randomPermutations(spec, a, { seed })),
    ];
    for (const initial of starts) {
      const { objective, history } = await weightMatch(spec, a, b, { initial });
      expect(objective).toBeGreaterThanOrEqual(history[0]);
      for (let i = 1; i < history.length; i++) {
        expect(history[i]).toBeGreaterThanOrEqual(history[i - 1]);
      }
    }
    const again = await weightMatch(spec, a, b, { initial: descent.permutations });
    expect(again.objective).toBeGreaterThanOrEqual(descent.objective);
    tf.dispose([a, b]);
  });
});

/** Patterns with groups of 2 to 4 units, so that all permutations can be tried. */
const tiny: [Record<string, string>, Record<string, readonly number[]>][] = [
  [
    { w: 'g h', x: 'h _', b: 'g' },
    { w: [3, 4], x: [4, 2], b: [3] },
  ],
  [
    { w: 'g g', b: 'g' },
    { w: [4, 4], b: [4] },
  ],
  [
    { q: '_ (h d[h])', o: '(h d[h]) _', s: 'h' },
    { q: [2, 6], o: [6, 2], s: [3] },
  ],
  [
    { q: '_ (g r[g] d[g])', k: '_ (g d[g])', s: 'g' },
    { q: [2, 8], k: [3, 4], s: [2] },
  ],
];

describe.each(tiny)('of all permutations: %o', (patterns, shapes) => {
  it('reaches the best in most networks, and no more than the best in any', async () => {
    const spec = permutationSpec(patterns);
    let reached = 0;
    const count = 20;
    for (let seed = 1; seed <= count; seed++) {
      const [a, b] = [randomOf(shapes, seed), randomOf(shapes, seed + 50)];
      const pair = await preparedPair(spec, a, b);
      const match = await weightMatch(spec, a, b);
      expectFamilies(pair.groups, match.permutations);
      let best = Number.NEGATIVE_INFINITY;
      for (const each of allPermutations(pair.groups)) {
        best = Math.max(best, await pair.objective(each));
      }
      expect(match.objective).toBeLessThanOrEqual(best + 1e-4);
      expect(match.bound).toBeGreaterThanOrEqual(best - 1e-4);
      if (match.objective > best - 1e-4) reached++;
      pair.dispose();
      tf.dispose([a, b]);
    }
    expect(reached / count).toBeGreaterThanOrEqual(0.6);
  });
});
