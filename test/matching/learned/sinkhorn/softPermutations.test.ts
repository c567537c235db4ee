import { describe, expect, it } from 'vitest';
import { implicitSinkhorn } from '../../../../src/matching/learned/sinkhorn/implicitSinkhorn';
import { scaleToSums } from '../../../../src/matching/learned/sinkhorn/scaleToSums';
import type { Softening } from '../../../../src/matching/learned/sinkhorn/softMatrix';
import { softPermutations } from '../../../../src/matching/learned/sinkhorn/softPermutations';
import { unrolledSinkhorn } from '../../../../src/matching/learned/sinkhorn/unrolledSinkhorn';
import { randomSource } from '../../../../src/runtime';

const exact = { tolerance: 1e-13, passes: 10_000 };

/** Uniform numbers in [−scale, scale). */
function uniform(length: number, seed: number, scale = 1): Float64Array {
  const random = randomSource(seed);
  return Float64Array.from({ length }, () => scale * ((2 * random.below(2 ** 30)) / 2 ** 30 - 1));
}

function sumsOf(matrix: Float64Array, n: number): number[] {
  const rows = Array.from({ length: n }, (_, i) =>
    matrix.subarray(i * n, (i + 1) * n).reduce((sum, value) => sum + value, 0),
  );
  const columns = Array.from({ length: n }, (_, j) =>
    matrix.reduce((sum, value, at) => (at % n === j ? sum + value : sum), 0),
  );
  return [...rows, ...columns];
}

function dot(x: Float64Array, y: Float64Array): number {
  return x.reduce((sum, value, at) => sum + value * y[at], 0);
}

/** The central difference of f along each coordinate. */
async function differences(
  f: (x: Float64Array) => number | Promise<number>,
  x: Float64Array,
  step = 1e-5,
): Promise<Float64Array> {
  const slopes = new Float64Array(x.length);
  for (const [at, value] of x.entries()) {
    const moved = async (by: number) => f(x.with(at, value + by));
    slopes[at] = ((await moved(step)) - (await moved(-step))) / (2 * step);
  }
  return slopes;
}

function expectNear(x: Float64Array, y: Float64Array, tolerance: number): void {
  const most = Math.max(...x.map((value, at) => Math.abs(value - y[at])));
  expect(most).toBeLessThan(tolerance);
}

describe('scaleToSums', () => {
  it.each([0, 1, 2, 7, 30])('gives rows and columns of sum 1 for %i units', (n) => {
    const { matrix } = scaleToSums(uniform(n * n, n, 3), n, exact);
    for (const sum of sumsOf(matrix, n)) expect(sum).toBeCloseTo(1, 12);
  });

  it('keeps sums where exponentials of the logits overflow and underflow', () => {
    const n = 6;
    const logits = uniform(n * n, 1, 1e4);
    const { matrix } = scaleToSums(logits, n, { tolerance: 1e-5, passes: 100_000 });
    for (const sum of sumsOf(matrix, n)) expect(sum).toBeCloseTo(1, 4);
  });

  it('does not depend on what is added to a row or a column', () => {
    const n = 5;
    const logits = uniform(n * n, 2);
    const shifted = logits.map((x, at) => x + 40 * Math.floor(at / n) - 300 * (at % n));
    const [p, q] = [logits, shifted].map((x) => scaleToSums(x, n, exact).matrix);
    expectNear(p, q, 1e-10);
  });

  // P = [[p, 1 − p], [1 − p, p]] with p/(1 − p) = exp((x00 + x11 − x01 − x10)/2): 1/(1 + e⁻¹) = .7311 for X = I.
  it('is the logistic function for two units', () => {
    const p = 1 / (1 + Math.exp(-1));
    const { matrix } = scaleToSums(Float64Array.of(1, 0, 0, 1), 2, exact);
    expectNear(matrix, Float64Array.of(p, 1 - p, 1 - p, p), 1e-12);
    expect(p).toBeCloseTo(0.7311, 4);
  });
});

const softenings: [string, Softening, number][] = [
  ['implicit', implicitSinkhorn(exact), 1],
  ['unrolled', unrolledSinkhorn(100), 1],
  ['unrolled before convergence', unrolledSinkhorn(3), 1],
  ['implicit, cold', implicitSinkhorn(exact), 0.2],
  ['unrolled, cold', unrolledSinkhorn(2), 0.1],
];

describe.each(softenings)('the gradient of a soft matrix, %s', (_, soften, temperature) => {
  it('agrees with numeric differences', async () => {
    const n = 4;
    const [logits, upstream] = [uniform(n * n, 3), uniform(n * n, 4)];
    const loss = (x: Float64Array) => dot(soften(x, n, temperature).matrix, upstream);
    const gradient = soften(logits, n, temperature).gradient(upstream);
    expectNear(gradient, await differences(loss, logits), 1e-7);
  });
});

describe('the gradient of a soft matrix', () => {
  it('is the same, implicit and unrolled, with rows and columns of sum 0', () => {
    const n = 9;
    const [logits, upstream] = [uniform(n * n, 5, 2), uniform(n * n, 6)];
    const [implicit, unrolled] = [implicitSinkhorn(exact), unrolledSinkhorn(300)].map((soften) =>
      soften(logits, n, 1).gradient(upstream),
    );
    expectNear(implicit, unrolled, 1e-9);
    for (const sum of sumsOf(implicit, n)) expect(Math.abs(sum)).toBeLessThan(1e-12);
  });

  it('is finite near a permutation, where the equations are singular', () => {
    const n = 5;
    const logits = Float64Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? 1 : 0));
    const { matrix, gradient } = implicitSinkhorn({ tolerance: 1e-9, passes: 50 })(logits, n, 1e-3);
    expect(matrix[0]).toBe(1);
    for (const value of gradient(uniform(n * n, 7))) expect(value).toBeCloseTo(0, 9);
  });
});

describe('softPermutations', () => {
  // Three heads of two dimensions, each of two parts; and a group without relation.
  const groups = [
    { name: 'part', size: 12, parent: 'd', inner: 2 },
    { name: 'd', size: 6, parent: 'h', inner: 2 },
    { name: 'h', size: 3, parent: null, inner: 3 },
    { name: 'free', size: 4, parent: null, inner: 4 },
  ];
  const held = {
    h: Int32Array.of(0, 1, 2),
    d: Int32Array.of(1, 0, 2, 3, 5, 4),
    part: Int32Array.from({ length: 12 }, (_, i) => i),
    free: Int32Array.of(0, 1, 2, 3),
  };
  const common = { temperature: 1, held, yieldPoint: async () => {} };
  const logitsOf = (scale: number, names = ['h', 'd', 'part', 'free']) =>
    new Map(
      groups
        .filter(({ name }) => names.includes(name))
        .map(({ name, size }, at) => [name, uniform(size * size, 10 + at, scale)]),
    );

  it('is doubly stochastic in every group of a family', async () => {
    const settings = { ...common, soften: implicitSinkhorn(exact) };
    const { matrices } = await softPermutations(groups, logitsOf(2), settings);
    for (const { name, size } of groups) {
      for (const sum of sumsOf(matrices.get(name)!, size)) expect(sum).toBeCloseTo(1, 10);
    }
  });

  it('moves whole blocks at a permutation of the parent', async () => {
    const swap = Float64Array.of(-50, 50, 0, 50, -50, 0, 0, 0, 90);
    const logits = new Map([...logitsOf(1), ['h', swap] as const]);
    const settings = { ...common, soften: implicitSinkhorn(exact) };
    const { matrices } = await softPermutations(groups, logits, settings);
    const d = matrices.get('d')!;
    expect(d[0 * 6 + 0] + d[0 * 6 + 1]).toBeCloseTo(0, 10);
    expect(d[0 * 6 + 2] + d[0 * 6 + 3]).toBeCloseTo(1, 10);
    expect(d[4 * 6 + 4] + d[4 * 6 + 5]).toBeCloseTo(1, 10);
  });

  it('holds the order inside the blocks of a group without logits', async () => {
    const logits = logitsOf(1, ['h', 'free']);
    const settings = { ...common, soften: implicitSinkhorn(exact) };
    const { matrices, gradients } = await softPermutations(groups, logits, settings);
    const [h, d] = [matrices.get('h')!, matrices.get('d')!];
    // Block 0 of A has the order [1, 0], block 1 the order [0, 1].
    expect(d[0 * 6 + 5]).toBe(h[2]);
    expect(d[0 * 6 + 4]).toBe(0);
    expect(d[2 * 6 + 4]).toBe(h[3 + 2]);
    expect([...(await gradients(new Map())).keys()].sort()).toEqual(['free', 'h']);
  });

  it.each([
    ['implicit', implicitSinkhorn(exact)],
    ['unrolled', unrolledSinkhorn(4)],
  ] as const)('has gradients that agree with numeric differences, %s', async (_, soften) => {
    const logits = logitsOf(1);
    const upstream = new Map(
      groups.map(({ name, size }, at) => [name, uniform(size * size, 20 + at)]),
    );
    const settings = { ...common, soften, temperature: 0.7 };
    const soft = await (await softPermutations(groups, logits, settings)).gradients(upstream);
    for (const { name } of groups) {
      const loss = async (own: Float64Array) => {
        const moved = new Map([...logits, [name, own] as const]);
        const { matrices } = await softPermutations(groups, moved, settings);
        return groups.reduce(
          (sum, each) => sum + dot(matrices.get(each.name)!, upstream.get(each.name)!),
          0,
        );
      };
      expectNear(soft.get(name)!, await differences(loss, logits.get(name)!), 1e-7);
    }
  });
});
