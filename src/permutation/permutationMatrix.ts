import { kindOf } from '../checks';
import { invalid, named } from '../errors';
import { assertSize } from './assertSize';
import { assertPermutation, isPermutation, type Permutation } from './permutation';

/** The most units of which the matrix has fewer than 2³¹ values, which every engine can hold. */
const MOST_UNITS = 46_340;

/**
 * The matrix form of p: M[i, p[i]] = 1 and 0 elsewhere. M·x gathers the rows of x by p.
 *
 * @param p - `[n]`
 * @returns `[n × n]`, row-major.
 * @throws InvalidInputError when p is not a permutation, or has more than 46 340 units: n² < 2³¹.
 *
 * @example
 * ```ts
 * import { permutationMatrix } from 'perm-lmc';
 *
 * permutationMatrix(Int32Array.of(1, 0)); // Float32Array [0, 1, 1, 0]
 * ```
 */
export function permutationMatrix(p: Permutation): Float32Array {
  return named('permutationMatrix', () => {
    assertPermutation('p', p);
    const n = p.length;
    if (n > MOST_UNITS) {
      throw invalid(
        `the matrix of ${n} units has more values than an array can hold`,
        `Pass at most ${MOST_UNITS} units, or gather by p itself`,
        { param: 'p', received: n },
      );
    }
    const matrix = new Float32Array(n * n);
    for (let i = 0; i < n; i++) matrix[i * n + p[i]] = 1;
    return matrix;
  });
}

/**
 * The permutation with this matrix form, the inverse of {@link permutationMatrix}.
 *
 * @param matrix - `[n × n]`, row-major: one 1 in every row and column, 0 elsewhere.
 * @param n - The number of units, an integer ≥ 0.
 * @throws InvalidInputError when the matrix has another size or is not a permutation matrix.
 *
 * @example
 * ```ts
 * import { permutationFromMatrix } from 'perm-lmc';
 *
 * permutationFromMatrix([0, 1, 1, 0], 2); // Int32Array [1, 0]
 * ```
 */
export function permutationFromMatrix(matrix: ArrayLike<number>, n: number): Permutation {
  return named('permutationFromMatrix', () => {
    assertSize(n);
    if (typeof matrix !== 'object' || matrix === null || matrix.length !== n * n) {
      throw invalid(
        `expected ${n} × ${n} values, received ${valuesIn(matrix)}`,
        'Pass the matrix row by row',
        { param: 'matrix', received: valuesIn(matrix) },
      );
    }
    const p = new Int32Array(n).fill(-1);
    for (let at = 0; at < matrix.length; at++) {
      const row = Math.floor(at / n);
      if (matrix[at] === 0) continue;
      if (matrix[at] !== 1 || p[row] !== -1) throw notAPermutationMatrix(row, at % n, matrix[at]);
      p[row] = at % n;
    }
    if (!isPermutation(p)) {
      throw invalid(
        'a row or a column has no 1',
        'Round a soft matrix with solveAssignment first',
        {
          param: 'matrix',
        },
      );
    }
    return p;
  });
}

/** The number of values, or the kind of what is not a list. */
function valuesIn(matrix: unknown): number | string {
  const { length } = Object(matrix) as { length?: unknown };
  return typeof length === 'number' ? length : kindOf(matrix);
}

function notAPermutationMatrix(row: number, column: number, value: number) {
  return invalid(
    `row ${row} has the value ${value} at column ${column}, expected a single 1 in each row and 0 elsewhere`,
    'Round a soft matrix with solveAssignment first',
    { param: 'matrix', received: value },
  );
}
