import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import {
  invertPermutations,
  type Params,
  type Permutation,
  type PermutationSpec,
  type Permutations,
  permutationSpec,
  permute,
  randomPermutations,
  shortestAugmentingPath,
  weightMatch,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { smallerSteps } from '../../../src/matching/weights/smallerSteps';
import type { ResolvedGroup } from '../../../src/symmetry/resolveShapes';
import { useBackend } from '../../support/backend';
import { expectPermutations } from '../../support/invariants';
import { withNoise } from '../../support/noise';

await useBackend('cpu');

/** max q(P) = ⟨L, P⟩ + ⟨A, P B Pᵀ⟩, all matrices [n × n], row-major. */
interface Quadratic {
  readonly n: number;
  readonly l: Float32Array;
  readonly a: Float32Array;
  readonly b: Float32Array;
}

function gaussian(n: number, seed: number): Quadratic {
  const draw = (stream: number) =>
    tf.tidy(() =>
      tf.randomNormal([n * n], 0, 1, 'float32', 10 * seed + stream).dataSync<'float32'>(),
    );
  return { n, l: draw(1), a: draw(2), b: draw(3) };
}

/** q(P), straight from its definition. */
function value({ n, l, a, b }: Quadratic, p: Permutation): number {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    sum += l[i * n + p[i]];
    for (let j = 0; j < n; j++) sum += a[i * n + j] * b[p[i] * n + p[j]];
  }
  return sum;
}

/** G = L + A P Bᵀ + Aᵀ P B. */
function linearisation({ n, l, a, b }: Quadratic, p: Permutation): Float32Array {
  return Float32Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let sum = l[at];
    for (let k = 0; k < n; k++) {
      sum += a[i * n + k] * b[j * n + p[k]] + a[k * n + i] * b[p[k] * n + j];
    }
    return sum;
  });
}

const identity = (n: number) => Int32Array.from({ length: n }, (_, i) => i);

/** The end of the loop that takes linearised steps alone. */
function plainEnd(problem: Quadratic): Permutation {
  let p: Permutation = identity(problem.n);
  for (;;) {
    const gram = linearisation(problem, p);
    const { assignment } = shortestAugmentingPath(gram, problem.n);
    if (value(problem, assignment) <= value(problem, p) + 1e-3) return p;
    p = assignment;
  }
}

function allPermutations(n: number): Permutation[] {
  if (n === 0) return [Int32Array.of()];
  return allPermutations(n - 1).flatMap((p) =>
    Array.from({ length: n }, (_, at) => Int32Array.of(...p.slice(0, at), n - 1, ...p.slice(at))),
  );
}

/** A network with a group on two axes whose objective is q: L is ⟨x, y⟩ with x the unit vectors and y = Lᵀ. */
function networksOf({ n, l, a, b }: Quadratic) {
  const matrix = (values: Float32Array) => tf.tensor2d(values, [n, n]);
  return {
    spec: permutationSpec({ linear: 'h _', recurrent: 'h h' }),
    a: { linear: tf.eye(n), recurrent: matrix(a) },
    b: { linear: tf.transpose(matrix(l)), recurrent: matrix(b) },
  };
}

/** Matches the networks of a problem from a start, and disposes them. */
async function matchOf(problem: Quadratic, start?: Permutation) {
  const { spec, a, b } = networksOf(problem);
  const initial = start && { h: start };
  const match = await weightMatch(spec, a, b, { initial, order: 'forward' });
  tf.dispose([a, b]);
  return match;
}

function expectMonotone(history: readonly number[]): void {
  for (let i = 1; i < history.length; i++) {
    expect(history[i]).toBeGreaterThanOrEqual(history[i - 1]);
  }
}

/** All smaller steps of a group without others inside. */
function stepsOf(gram: Float32Array, p: Permutation, inner = p.length): Permutation[] {
  const group: ResolvedGroup = { name: 'h', size: p.length, inner, parent: null };
  const problem = {
    grams: new Map([['h', gram]]),
    current: { h: p },
    held: new Set<string>(),
    solver: shortestAugmentingPath,
  };
  return [...smallerSteps({ group, children: [] }, problem)].map(({ h }) => h);
}

describe('a group on two axes', () => {
  it('stays where its linearised step would lower the objective and no smaller step raises it', async () => {
    // A = diag(1, 2), B = diag(−2, −1): G = diag(−4, −4), so the swap seems to gain 8. In truth S(identity) =
    // 1·(−2) + 2·(−1) = −4 and S(swap) = 1·(−1) + 2·(−2) = −5.
    const zero = new Float32Array(4);
    const a = Float32Array.of(1, 0, 0, 2);
    const problem = { n: 2, l: zero, a, b: Float32Array.of(-2, 0, 0, -1) };
    const match = await matchOf(problem);
    expect(match.permutations.h).toEqual(Int32Array.of(0, 1));
    expect(match.objective).toBe(-4);
    expect(match.converged).toBe(true);
    expect((await matchOf(problem, Int32Array.of(1, 0))).objective).toBe(-4);
  });

  it('ends no lower than the plain loop and no higher than the best of all n! permutations', async () => {
    const best = (problem: Quadratic, all: Permutation[]) =>
      Math.max(...all.map((p) => value(problem, p)));
    for (const n of [1, 2, 3, 4, 5, 6]) {
      const all = allPermutations(n);
      for (let seed = 1; seed <= 12; seed++) {
        const problem = gaussian(n, 100 * n + seed);
        const match = await matchOf(problem, plainEnd(problem));
        expectPermutations(match.permutations);
        expectMonotone(match.history);
        const end = value(problem, match.permutations.h);
        expect(match.objective).toBeCloseTo(end, 3);
        expect(end).toBeGreaterThanOrEqual(value(problem, plainEnd(problem)) - 1e-6);
        expect(end).toBeLessThanOrEqual(best(problem, all) + 1e-6);
      }
    }
  });

  it.each([
    [6, 40, 0.6],
    [32, 10, 1],
  ])(
    'rises where the plain loop had stopped: n = %i, %i problems, a share of %d',
    async (n, count, share) => {
      let risen = 0;
      for (let seed = 1; seed <= count; seed++) {
        const problem = gaussian(n, 1000 * n + seed);
        const stop = plainEnd(problem);
        const match = await matchOf(problem, stop);
        if (value(problem, match.permutations.h) > value(problem, stop) + 1e-3) risen++;
      }
      expect(risen / count).toBeGreaterThanOrEqual(share);
    },
  );

  it('ends where neither the linearised step nor a smaller one raises the objective', async () => {
    for (const n of [6, 20]) {
      for (let seed = 1; seed <= 8; seed++) {
        const problem = gaussian(n, 2000 * n + seed);
        const { permutations, converged } = await matchOf(problem);
        expect(converged).toBe(true);
        const gram = linearisation(problem, permutations.h);
        const plain = shortestAugmentingPath(gram, n).assignment;
        if (plain.every((unit, i) => unit === permutations.h[i])) continue;
        for (const candidate of [plain, ...stepsOf(gram, permutations.h)]) {
          expect(value(problem, candidate)).toBeLessThan(value(problem, permutations.h) + 1e-3);
        }
      }
    }
  });

  it('of an LSTM with one input and noise of half its weights is found; the plain loop stops early', async () => {
    const spec = permutationSpec({ kernel: '_ (4 h)', recurrent: 'h (4 h)', out: 'h _' });
    const make = (seed: number): Params => ({
      kernel: tf.randomNormal([1, 128], 0, 0.1, 'float32', seed),
      recurrent: tf.randomNormal([32, 128], 0, 0.1, 'float32', seed + 1),
      out: tf.randomNormal([32, 1], 0, 0.1, 'float32', seed + 2),
    });
    for (const seed of [1, 2, 3]) {
      const a = make(10 * seed);
      const planted = randomPermutations(spec, a, { seed });
      const b = withNoise(permute(spec, a, planted), 0.05, seed);
      const { permutations } = await weightMatch(spec, a, b);
      expect(permutations).toEqual(invertPermutations(planted));
      tf.dispose([a, b]);
    }
  });

  it('never lowers the objective and ends at a fixed point, over random specs with quadratic terms', async () => {
    await fc.assert(
      fc.asyncProperty(quadraticNetworks, async ({ spec, make, seed, kernel, engine }) => {
        const [a, b] = [make(seed), make(seed + 1)];
        const initial = randomPermutations(spec, a, { seed });
        const options = { kernel, engine, seed };
        const match = await weightMatch(spec, a, b, { ...options, initial });
        expectPermutations(match.permutations);
        expectMonotone(match.history);
        expect(match.converged).toBe(true);
        expect(match.objective).toBeCloseTo(match.history.at(-1)!, 2);
        if (kernel === 'linear') {
          expect(match.history[0]).toBeCloseTo(await objective(spec, a, b, initial), 2);
          expect(match.objective).toBeCloseTo(await objective(spec, a, b, match.permutations), 2);
        }
        const plain = await weightMatch(spec, a, b, { ...options, initial, incremental: false });
        expect(plain.permutations).toEqual(match.permutations);
        // Started where it ended, with each group first in turn, it stays.
        for (const first of Object.keys(initial)) {
          const order = [first, ...Object.keys(initial).filter((name) => name !== first)];
          const { permutations } = match;
          const again = await weightMatch(spec, a, b, {
            ...options,
            method: 'coordinateDescent',
            initial: permutations,
            order,
          });
          expect(again.permutations).toEqual(permutations);
        }
        tf.dispose([a, b]);
      }),
      { numRuns: Number(process.env.FUZZ ?? 20) },
    );
  });
});

describe('smallerSteps', () => {
  it('moves fewer units as the bonus grows, and no assignment beats one that moves as few', () => {
    let moving = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const n = 7;
      const gram = gaussian(n, seed).l;
      const steps = stepsOf(gram, identity(n));
      const damped = steps.slice(0, -4);
      const counts = damped.map((p) => p.filter((unit, i) => unit !== i).length);
      moving += counts.length;
      expect(counts).toEqual([...counts].sort((x, y) => y - x));
      const gains = damped.map((p) => linearGain(gram, p));
      expect(gains).toEqual([...gains].sort((x, y) => y - x));
      if (seed > 2) continue;
      for (const [at, count] of counts.entries()) {
        const best = Math.max(
          ...allPermutations(n)
            .filter((p) => p.filter((unit, i) => unit !== i).length <= count)
            .map((p) => linearGain(gram, p)),
        );
        expect(gains[at]).toBeCloseTo(best, 4);
      }
    }
    expect(moving).toBeGreaterThan(20);
  });

  it('ends with the four swaps of greatest gain, inside the blocks of the group', () => {
    const n = 9;
    const gram = gaussian(n, 3).l;
    for (const inner of [9, 3]) {
      const p = identity(n);
      const swaps: Permutation[] = [];
      for (let k = 0; k < n; k++) {
        for (let i = 0; i < k; i++) {
          if (Math.floor(i / inner) !== Math.floor(k / inner)) continue;
          const swap = p.slice();
          [swap[i], swap[k]] = [k, i];
          swaps.push(swap);
        }
      }
      swaps.sort((x, y) => linearGain(gram, y) - linearGain(gram, x));
      expect(stepsOf(gram, p, inner).slice(-4)).toEqual(swaps.slice(0, 4));
    }
  });

  it('has one swap for two units and none for one', () => {
    expect(stepsOf(Float32Array.of(5, 0, 0, 5), Int32Array.of(0, 1))).toEqual([
      Int32Array.of(1, 0),
    ]);
    expect(stepsOf(Float32Array.of(5), Int32Array.of(0))).toEqual([]);
  });

  it('keeps the order of a held group inside its blocks', () => {
    const parent: ResolvedGroup = { name: 'h', size: 3, inner: 3, parent: null };
    const child: ResolvedGroup = { name: 'd', size: 6, inner: 2, parent: 'h' };
    const current = { h: identity(3), d: Int32Array.of(1, 0, 2, 3, 5, 4) };
    const family = { group: parent, children: [{ group: child, children: [] }] };
    let steps = 0;
    for (let seed = 1; seed <= 10; seed++) {
      const grams = new Map([
        ['h', gaussian(3, seed).l],
        ['d', gaussian(6, seed).l],
      ]);
      const held = new Set(['d']);
      for (const { h, d } of smallerSteps(family, {
        grams,
        current,
        held,
        solver: shortestAugmentingPath,
      })) {
        steps++;
        const expected = Array.from(current.d, (unit, i) => 2 * h[Math.floor(i / 2)] + (unit % 2));
        expect([...d]).toEqual(expected);
      }
    }
    expect(steps).toBeGreaterThan(10);
  });
});

/** Σ G[i, p[i]] − G[i, i]. */
function linearGain(gram: Float32Array, p: Permutation): number {
  return p.reduce((sum, unit, i) => sum + gram[i * p.length + unit] - gram[i * p.length + i], 0);
}

/** S(P) from its definition. */
async function objective(spec: PermutationSpec, a: Params, b: Params, p: Permutations) {
  const products = tf.tidy(() => {
    const moved = permute(spec, b, p);
    return tf.addN(Object.keys(a).map((name) => tf.sum(tf.mul(a[name], moved[name]))));
  });
  const [sum] = await products.data();
  products.dispose();
  return sum;
}

/** Parameters with groups on several axes, also inside others and coupled, each with its shape. */
const parameter = fc.constantFrom<[string, number[]]>(
  ['h (4 h)', [6, 24]],
  ['h h', [6, 6]],
  ['(h h) _', [36, 2]],
  ['h h h', [6, 6, 6]],
  ['(h + 2 + k) h', [12, 6]],
  ['k (2 h) k', [4, 12, 4]],
  ['(k 3) (k 2)', [12, 8]],
  ['(k d[k]) (2 k d[k])', [12, 24]],
  ['(k d[k]) (k e[k])', [12, 8]],
  ['(k d[k] e[k]) (k d[k])', [24, 12]],
  ['_ (k d[k] e[k])', [3, 24]],
);

const quadraticNetworks = fc
  .record({
    parameters: fc.array(parameter, { minLength: 1, maxLength: 3 }),
    seed: fc.nat(10_000),
    kernel: fc.constantFrom('linear', 'linear', 'cosine'),
    engine: fc.constantFrom('packed', 'backend'),
  })
  .map(({ parameters, ...rest }) => {
    // A parameter of each group tells its size.
    const named: [string, number[]][] = [
      ['h _', [6, 2]],
      ['k _', [4, 2]],
      ['k d[k] _', [4, 3, 1]],
      ['k e[k]', [4, 2]],
      ...parameters,
    ];
    const spec = permutationSpec(Object.fromEntries(named.map(([axes], i) => [`w${i}`, axes])));
    const make = (seed: number): Params =>
      Object.fromEntries(
        named.map(([, shape], i) => [
          `w${i}`,
          tf.randomNormal(shape, 0, 1, 'float32', 100 * seed + i + 1),
        ]),
      );
    return { spec, make, ...rest };
  });
