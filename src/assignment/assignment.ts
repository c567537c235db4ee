import { invalid } from '../errors';

/** A solution of an assignment problem. */
export interface Assignment {
  /** assignment[row] = column; a permutation of 0 … n − 1. */
  readonly assignment: Int32Array;
  /** The value reached, Σ_i similarity[i, assignment[i]], summed in float64. */
  readonly objective: number;
}

/** Dual variables of an assignment problem: prices for its rows and columns. */
export interface AssignmentDuals {
  /** One for each row. */
  readonly rows: Float64Array;
  /** One for each column. */
  readonly columns: Float64Array;
}

/** A solution with its certificate. */
export interface CertifiedAssignment extends Assignment {
  /**
   * They satisfy rows[i] + columns[j] ≥ similarity[i, j] for every i and j, with equality on the
   * assignment, so that no assignment is worth more than Σ rows + Σ columns, the objective.
   */
  readonly duals: AssignmentDuals;
}

/**
 * Solves a linear assignment problem: the permutation that maximises Σ_i similarity[i, p[i]].
 * `similarity` is row-major n × n with finite values, and is left as it is.
 */
export type AssignmentSolver = (similarity: Float32Array | Float64Array, n: number) => Assignment;

/** Throws unless the similarity is n × n with finite values. */
export function assertSimilarity(
  fn: string,
  similarity: Float32Array | Float64Array,
  n: number,
): void {
  if (!(similarity instanceof Float32Array || similarity instanceof Float64Array)) {
    throw invalid(
      fn,
      `similarity must be a Float32Array or a Float64Array, received ${typeof similarity}`,
      'Wrap it with Float64Array.from',
    );
  }
  if (!Number.isInteger(n) || n < 0) {
    throw invalid(fn, `n must be an integer ≥ 0, received ${n}`, 'Pass the number of rows');
  }
  if (similarity.length !== n * n) {
    throw invalid(
      fn,
      `n = ${n} asks for ${n * n} values, received ${similarity.length}`,
      'Pass a square matrix row by row',
    );
  }
  const at = similarity.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) {
    throw invalid(
      fn,
      `similarity[${Math.floor(at / n)}, ${at % n}] is ${similarity[at]}`,
      'Every value must be finite: look for NaN or Infinity in what it was computed from',
    );
  }
}

/** Σ_i similarity[i, assignment[i]] in float64. */
export function assignmentObjective(
  similarity: Float32Array | Float64Array,
  assignment: Int32Array,
): number {
  const n = assignment.length;
  return assignment.reduce((sum, column, row) => sum + similarity[row * n + column], 0);
}
