import { assertInteger, kindOf } from '../checks';
import { invalid } from '../errors';

/** A solution of an assignment problem of `n` rows. */
export interface Assignment {
  /** `[n]`: assignment[row] = column; −1 for an unassigned row. A permutation if the problem is square. */
  readonly assignment: Int32Array;
  /** Σ_i similarity[i, assignment[i]] over the assigned rows, summed in float64. */
  readonly objective: number;
}

/** Dual variables of an assignment problem: one for each row and each column. */
export interface AssignmentDuals {
  /** `[n]`, one for each row. */
  readonly rows: Float64Array;
  /** `[columns]`, one for each column; also called prices. */
  readonly columns: Float64Array;
}

/** A solution with a certificate of its optimality. */
export interface CertifiedAssignment extends Assignment {
  /**
   * Dual variables with rows[i] + columns[j] ≥ similarity[i, j] for every i and j, and equality on the
   * assignment. Their sum bounds the objective of every assignment, and this one reaches it.
   */
  readonly duals: AssignmentDuals;
}

/**
 * A solver of the linear assignment problem: finds the permutation p that maximises Σ_i similarity[i, p[i]].
 * `similarity` is `[n × n]`, row-major, finite, and must not be changed.
 */
export type AssignmentSolver = (similarity: Float32Array | Float64Array, n: number) => Assignment;

/** The shape of an assignment problem. */
export interface AssignmentOptions {
  /**
   * The number of columns. Default: the number of rows. With fewer columns some rows stay unassigned; with more
   * columns some columns do.
   */
  columns?: number;
}

/** Throws unless the similarity is `[rows × columns]` with finite values. */
export function assertSimilarity(
  similarity: Float32Array | Float64Array,
  rows: number,
  columns = rows,
): void {
  assertShape(similarity, rows, columns);
  assertFinite(similarity, columns);
}

/** Throws unless the similarity is `[rows × columns]`. */
export function assertShape(
  similarity: Float32Array | Float64Array,
  rows: number,
  columns: number,
): void {
  if (!(similarity instanceof Float32Array || similarity instanceof Float64Array)) {
    throw invalid(
      `similarity must be a Float32Array or a Float64Array, received ${kindOf(similarity)}`,
      'Wrap it with Float64Array.from',
      { param: 'similarity', received: kindOf(similarity) },
    );
  }
  assertInteger('n', rows, 0, 'Pass the number of rows');
  assertInteger('columns', columns, 0, 'Pass the number of columns');
  if (similarity.length !== rows * columns) {
    throw invalid(
      `${rows} rows and ${columns} columns need ${rows * columns} values, received ${similarity.length}`,
      'Pass the matrix row by row',
      { param: 'similarity', received: similarity.length },
    );
  }
}

/** Throws unless the values are finite. */
export function assertFinite(similarity: Float32Array | Float64Array, columns: number): void {
  for (let at = 0; at < similarity.length; at++) {
    const value = similarity[at];
    if (value - value !== 0) {
      throw invalid(
        `similarity[${Math.floor(at / columns)}, ${at % columns}] is ${value}`,
        'Every value must be finite: check the data that it was computed from for NaN and Infinity',
        { param: 'similarity', received: value },
      );
    }
  }
}

/** Σ_i similarity[i, assignment[i]] over the assigned rows, in float64. */
export function assignmentObjective(
  similarity: Float32Array | Float64Array,
  assignment: Int32Array,
  columns = assignment.length,
): number {
  return assignment.reduce(
    (sum, column, row) => (column < 0 ? sum : sum + similarity[row * columns + column]),
    0,
  );
}

/**
 * Solves a problem with more rows than columns by solving its transpose.
 *
 * @param similarity - `[rows × columns]`, row-major.
 * @param solve - Solves the transposed problem, `[columns × rows]`.
 */
export function transposed(
  similarity: Float32Array | Float64Array,
  rows: number,
  columns: number,
  solve: (similarity: Float32Array | Float64Array) => CertifiedAssignment,
): CertifiedAssignment {
  const flipped = similarity.slice();
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) flipped[j * rows + i] = similarity[i * columns + j];
  }
  const { assignment, duals } = solve(flipped);
  const result = new Int32Array(rows).fill(-1);
  assignment.forEach((row, column) => {
    result[row] = column;
  });
  return {
    assignment: result,
    objective: assignmentObjective(similarity, result, columns),
    duals: { rows: duals.columns, columns: duals.rows },
  };
}
