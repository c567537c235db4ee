import {
  type CertifiedAssignment,
  munkres,
  shortestAugmentingPath,
  solveAssignment,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { float64Kinds, kinds, numbers } from '../support/assignmentProblems';
import { bruteForce } from './bruteForce';
import { defect } from './certificate';

/** How many instances of each kind; `FUZZ=2000 npx vitest run test/assignment/solveAssignment.test.ts` for the long form. */
const instances = Number(process.env.FUZZ ?? 60);

/** The kinds of matrices, the types of array that hold them, and the oracle for the smallest. */
const problems = [
  ...Object.entries(kinds).flatMap(([name, make]) => [
    { name: `${name}, float32`, make, array: Float32Array, small: munkres },
    { name: `${name}, float64`, make, array: Float64Array, small: munkres },
  ]),
  // munkres-js compares sums for equality, which does not end on some of these.
  ...Object.entries(float64Kinds).map(([name, make]) => ({
    ...{ name, make, array: Float64Array, small: shortestAugmentingPath },
  })),
];

describe(`solveAssignment is optimal on ${instances} random instances, by an independent solver and by its duals`, () => {
  it.each(problems)('$name', ({ make, array, small }) => {
    for (let seed = 0; seed < instances; seed++) {
      const next = numbers(seed * 7919 + 1);
      const n = 1 + Math.floor(next() ** 2 * 160);
      const square = next() < 0.7;
      const m = square ? n : 1 + Math.floor(next() ** 2 * 160);
      const similarity = array.from(make(n, m, next));
      const warm = square && next() < 0.3;
      const spread = 10 ** (3 * next() - 2);
      const prices = warm
        ? Float64Array.from({ length: m }, () => spread * (next() - 0.5))
        : undefined;
      const found = solveAssignment(similarity, n, { columns: m, prices });
      const oracle =
        square && n <= 12
          ? small(similarity, n)
          : shortestAugmentingPath(similarity, n, { columns: m });
      let scale = warm ? spread : 0;
      for (const value of similarity) scale = Math.max(scale, Math.abs(value));
      const slack = 1e-12 * scale * (n + m);
      const where = `seed ${seed}, ${n} × ${m}${warm ? ', warm' : ''}`;
      if (Math.abs(found.objective - oracle.objective) > slack * n) {
        expect.fail(`${where}: ${found.objective} where ${oracle.objective} is possible`);
      }
      const wrong = defect(similarity, n, m, found, slack);
      if (wrong) expect.fail(`${where}: ${wrong}`);
      if ('duals' in oracle) {
        const wrongOracle = defect(similarity, n, m, oracle as CertifiedAssignment, slack);
        if (wrongOracle) expect.fail(`${where}, shortestAugmentingPath: ${wrongOracle}`);
      }
    }
  });
});

describe('solveAssignment reaches the optimum of brute force', () => {
  it.each(problems)('$name', ({ make, array }) => {
    for (let seed = 1; seed <= instances / 10; seed++) {
      const next = numbers(seed * 7907);
      for (const [rows, columns] of [
        [5, 5],
        [3, 9],
        [1, 40],
        [2, 64],
        [3, 33],
      ]) {
        const similarity = array.from(make(rows, columns, next));
        const { objective } = solveAssignment(similarity, rows, { columns });
        const best = bruteForce(similarity, rows, columns);
        const scale = Math.max(...similarity.map(Math.abs));
        expect(Math.abs(objective - best)).toBeLessThanOrEqual(1e-15 * rows * scale);
      }
    }
  });
});

describe('starting from prices', () => {
  it('of the solution itself or of a neighbour gives the same objective', () => {
    const next = numbers(11);
    const similarity = kinds['gram, independent'](90, 90, next);
    const cold = solveAssignment(similarity, 90);
    const again = solveAssignment(similarity, 90, { prices: cold.duals.columns });
    expect(again.objective).toBeCloseTo(cold.objective, 9);
    const near = similarity.map((value) => value + 0.01 * next());
    const warm = solveAssignment(near, 90, { prices: cold.duals.columns });
    expect(warm.objective).toBeCloseTo(solveAssignment(near, 90).objective, 9);
  });

  it('leaves them as they are', () => {
    const prices = Float64Array.of(1, 2);
    solveAssignment(Float64Array.of(5, 1, 5, 2), 2, { prices });
    expect(prices).toEqual(Float64Array.of(1, 2));
  });

  it.each<[string, () => unknown, RegExp]>([
    [
      'of another length',
      () => solveAssignment(new Float64Array(4), 2, { prices: new Float64Array(3) }),
      /there are 2 columns and 3 prices/,
    ],
    [
      'that are not finite',
      () => solveAssignment(new Float64Array(4), 2, { prices: Float64Array.of(0, Number.NaN) }),
      /prices\[1\] is NaN/,
    ],
    [
      'for a rectangle',
      () => solveAssignment(new Float64Array(6), 2, { columns: 3, prices: new Float64Array(3) }),
      /prices were given for 2 rows and 3 columns/,
    ],
  ])('refuses prices %s', (_, work, message) => {
    expect(work).toThrow(message);
  });
});
