import munkresPairs from 'munkres-js';
import { named } from '../errors';
import { type Assignment, assertSimilarity, assignmentObjective } from './assignment';

/**
 * Solves the linear assignment problem exactly with munkres-js (the Hungarian algorithm). It is an
 * independent check of the default solver, about a thousand times slower: 14–25 s for n = 512. It need not end on values
 * that float64 cannot add up, such as 1e300 beside 1e-300; the default solver does.
 *
 * @param similarity - `[n × n]`, row-major, finite; not changed.
 * @param n - The number of rows and of columns, ≥ 0.
 * @returns The assignment, `[n]`, and its objective.
 * @throws InvalidInputError when the size is wrong or a value is NaN or infinite.
 * @see Munkres 1957, Algorithms for the assignment and transportation problems.
 *
 * @example
 * ```ts
 * import { munkres } from 'perm-lmc';
 *
 * munkres(Float64Array.of(1, 5, 4, 6), 2).assignment; // Int32Array [1, 0]
 * ```
 */
export function munkres(similarity: Float32Array | Float64Array, n: number): Assignment {
  return named('munkres', () => {
    assertSimilarity(similarity, n);
    const assignment = new Int32Array(n);
    if (n > 0) {
      for (const [row, column] of munkresPairs(costs(similarity, n))) assignment[row] = column;
    }
    return { assignment, objective: assignmentObjective(similarity, assignment) };
  });
}

/** Costs ≥ 0 by row for munkres-js: the greatest similarity less each similarity. */
function costs(similarity: Float32Array | Float64Array, n: number): number[][] {
  let greatest = Number.NEGATIVE_INFINITY;
  for (const value of similarity) greatest = Math.max(greatest, value);
  return Array.from({ length: n }, (_, row) =>
    Array.from(similarity.subarray(row * n, (row + 1) * n), (value) => greatest - value),
  );
}
