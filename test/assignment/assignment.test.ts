import fc from 'fast-check';
import {
  type AssignmentSolver,
  InvalidInputError,
  isPermutation,
  munkres,
  shortestAugmentingPath,
  solveAssignment,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { readJson } from '../support/fixtures';
import { bruteForce } from './bruteForce';
import { expectCertificate } from './certificate';
import { randomMatrix } from './randomMatrix';

/** Every solver goes through the same contract. */
const solvers: [string, AssignmentSolver][] = [
  ['solveAssignment', solveAssignment],
  ['shortestAugmentingPath', shortestAugmentingPath],
  ['munkres', munkres],
];

/** Matrices of all kinds: reals, small integers with ties, constant rows and columns, offsets. */
const problem = (largest: number) =>
  fc.integer({ min: 0, max: largest }).chain((n) =>
    fc
      .tuple(
        fc.oneof(
          fc.array(fc.double({ min: -10, max: 10, noNaN: true }), {
            minLength: n * n,
            maxLength: n * n,
          }),
          fc.array(fc.integer({ min: 0, max: 3 }), { minLength: n * n, maxLength: n * n }),
        ),
        fc.constantFrom(0, 0, 1e6, -1e6),
        fc.array(fc.nat(Math.max(0, n - 1)), { maxLength: 3 }),
      )
      .map(([values, offset, dead]) => {
        const similarity = Float64Array.from(values, (value) => value + offset);
        if (n > 0) {
          for (const unit of dead) {
            for (let k = 0; k < n; k++)
              similarity[unit * n + k] = similarity[k * n + unit] = offset;
          }
        }
        return { n, similarity };
      }),
  );

describe.each(solvers)('%s', (_name, solve) => {
  it('reaches the optimum of brute force up to n = 7', () => {
    fc.assert(
      fc.property(problem(7), ({ n, similarity }) => {
        const { assignment, objective } = solve(similarity, n);
        expect(isPermutation(assignment)).toBe(true);
        expect(objective).toBeCloseTo(bruteForce(similarity, n), 6);
      }),
      { numRuns: 150 },
    );
  });

  it("reaches scipy's optimum on the fixtures, and its columns where they are unique", () => {
    for (const { name, n, matrix, col_ind_scipy, max_value, unique_optimum } of readJson(
      'lap_small.json',
    )) {
      const similarity = Float64Array.from(matrix.flat());
      const { assignment, objective } = solve(similarity, n);
      expect(objective, name).toBeCloseTo(max_value, 5);
      if (unique_optimum) expect(Array.from(assignment), name).toEqual(col_ind_scipy);
    }
  });

  it('leaves its input as it is', () => {
    const similarity = Float64Array.of(1, 5, 4, 6);
    solve(similarity, 2);
    expect(similarity).toEqual(Float64Array.of(1, 5, 4, 6));
  });

  it('takes Float32Array and Float64Array alike', () => {
    const values = [0.5, 2, 1, 3, 0.25, 4, 1.5, 2.5, 8];
    expect(solve(Float32Array.from(values), 3)).toEqual(solve(Float64Array.from(values), 3));
  });

  it('sizes 0, 1 and 2', () => {
    expect(solve(new Float64Array(0), 0)).toMatchObject({
      assignment: new Int32Array(0),
      objective: 0,
    });
    expect(solve(Float64Array.of(-3), 1)).toMatchObject({
      assignment: Int32Array.of(0),
      objective: -3,
    });
    // 1 + 6 < 5 + 4
    expect(solve(Float64Array.of(1, 5, 4, 6), 2)).toMatchObject({
      assignment: Int32Array.of(1, 0),
      objective: 9,
    });
  });

  it.each<[string, () => unknown, RegExp]>([
    ['NaN', () => solve(Float64Array.of(0, 0, Number.NaN, 0), 2), /similarity\[1, 0\] is NaN/],
    [
      'Infinity',
      () => solve(Float64Array.of(0, Number.POSITIVE_INFINITY, 0, 0), 2),
      /similarity\[0, 1\] is Infinity/,
    ],
    [
      '−Infinity',
      () => solve(Float64Array.of(0, 0, 0, Number.NEGATIVE_INFINITY), 2),
      /similarity\[1, 1\] is -Infinity/,
    ],
    [
      'another size',
      () => solve(new Float64Array(3), 2),
      /2 rows and 2 columns need 4 values, received 3/,
    ],
    [
      'a negative size',
      () => solve(new Float64Array(1), -1),
      /n must be an integer ≥ 0, received -1/,
    ],
    [
      'a plain array',
      () => solve([1] as unknown as Float64Array, 1),
      /must be a Float32Array or a Float64Array/,
    ],
  ])('refuses %s before any work', (_, work, message) => {
    expect(work).toThrow(InvalidInputError);
    expect(work).toThrow(message);
  });
});

describe.each([
  ['solveAssignment', solveAssignment],
  ['shortestAugmentingPath', shortestAugmentingPath],
] as const)('%s certifies its optimum by the duals', (_name, solve) => {
  it('on small problems of all kinds', () => {
    fc.assert(
      fc.property(problem(12), ({ n, similarity }) =>
        expectCertificate(similarity, n, solve(similarity, n)),
      ),
      { numRuns: 100 },
    );
  });

  it.each([
    ['reals', false, Float64Array],
    ['integers with ties', true, Float64Array],
    ['reals, float32', false, Float32Array],
    ['integers with ties, float32', true, Float32Array],
  ] as const)('on n = 200, %s', (_kind, ties, array) => {
    const similarity = array.from(randomMatrix(200, 5, ties));
    expectCertificate(similarity, 200, solve(similarity, 200));
  });

  it('the certificate can fail: a worse assignment is not tight', () => {
    const similarity = Float64Array.of(1, 5, 4, 6);
    const solution = solve(similarity, 2);
    const worse = { ...solution, assignment: Int32Array.of(0, 1), objective: 7 };
    expect(() => expectCertificate(similarity, 2, worse)).toThrow();
  });
});

describe('rectangular problems', () => {
  it.each([
    ['solveAssignment', solveAssignment],
    ['shortestAugmentingPath', shortestAugmentingPath],
  ] as const)('%s: more columns than rows, and more rows than columns', (_, solve) => {
    // 5 + 9 is best: row 0 takes column 1, row 1 column 2
    const wide = solve(Float64Array.of(1, 5, 7, 2, 3, 9), 2, { columns: 3 });
    expect(wide).toMatchObject({ assignment: Int32Array.of(1, 2), objective: 14 });
    // the same turned: column 0 takes row 1, column 1 row 2
    const tall = solve(Float64Array.of(1, 2, 5, 3, 7, 9), 3, { columns: 2 });
    expect(tall).toMatchObject({ assignment: Int32Array.of(-1, 0, 1), objective: 14 });
    expect(solve(new Float64Array(0), 3, { columns: 0 }).assignment).toEqual(
      Int32Array.of(-1, -1, -1),
    );
    expect(solve(new Float64Array(0), 0, { columns: 3 }).assignment).toEqual(new Int32Array(0));
  });
});
