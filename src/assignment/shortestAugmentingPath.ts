import { assertOptions } from '../checks';
import { named } from '../errors';
import {
  type AssignmentOptions,
  assertSimilarity,
  assignmentObjective,
  type CertifiedAssignment,
  transposed,
} from './assignment';

/**
 * Solves the linear assignment problem exactly by shortest augmenting paths: maximises
 * Σ_i similarity[i, p[i]] in O(n³) time and O(n) memory. It is the plain solver against which the default one is
 * tested.
 *
 * Rows are assigned one after another, each along the path of least reduced cost (Dijkstra over the
 * columns). The dual variables are then updated so that every reduced cost
 * rows[i] + columns[j] − similarity[i, j] stays ≥ 0 and is 0 on the assignment. Among paths of equal
 * cost, one that ends at a free column is taken.
 *
 * @param similarity - `[n × columns]`, row-major, finite; not changed.
 * @param n - The number of rows, ≥ 0.
 * @param options - `columns`, for a problem that is not square.
 * @returns The assignment, `[n]`, its objective, and the dual variables that certify it.
 * @throws InvalidInputError when the size is wrong or a value is NaN or infinite.
 * @see Jonker & Volgenant 1987; Crouse 2016, On implementing 2D rectangular assignment algorithms.
 *
 * @example
 * ```ts
 * import { shortestAugmentingPath } from 'perm-lmc';
 *
 * shortestAugmentingPath(Float64Array.of(1, 5, 4, 6), 2).assignment; // Int32Array [1, 0]: 5 + 4
 * ```
 */
export function shortestAugmentingPath(
  similarity: Float32Array | Float64Array,
  n: number,
  options: AssignmentOptions = {},
): CertifiedAssignment {
  return named('shortestAugmentingPath', () => {
    assertOptions(options, { columns: true });
    const { columns: size = n } = options;
    assertSimilarity(similarity, n, size);
    if (n > size) {
      return transposed(similarity, n, size, (flipped) =>
        shortestAugmentingPath(flipped, size, { columns: n }),
      );
    }
    return solve(similarity, n, size);
  });
}

/** The state of the search, for `rows` ≤ `columns`. */
interface Search {
  readonly similarity: Float32Array | Float64Array;
  /** The dual variables of the rows and of the columns. */
  readonly rows: Float64Array;
  readonly columns: Float64Array;
  /** The partners found so far; −1 for none. */
  readonly columnOfRow: Int32Array;
  readonly rowOfColumn: Int32Array;
  /** By column: its distance from the row that is being assigned, and the row before it on the path. */
  readonly distance: Float64Array;
  readonly previousRow: Int32Array;
  /** Columns in scan order: those before `scanned` have their final distance. */
  readonly scan: Int32Array;
  scanned: number;
  /** The distance of the free column at which the path ends. */
  reached: number;
}

function solve(similarity: Float32Array | Float64Array, n: number, size: number) {
  const search: Search = {
    similarity,
    rows: new Float64Array(n),
    columns: new Float64Array(size),
    columnOfRow: new Int32Array(n).fill(-1),
    rowOfColumn: new Int32Array(size).fill(-1),
    distance: new Float64Array(size),
    previousRow: new Int32Array(size),
    scan: new Int32Array(size),
    scanned: 0,
    reached: 0,
  };
  for (let start = 0; start < n; start++) {
    const end = findPath(search, start);
    raisePrices(search, start);
    flipPath(search, start, end);
  }
  const { rows, columns, columnOfRow } = search;
  const objective = assignmentObjective(similarity, columnOfRow, size);
  return { assignment: columnOfRow, objective, duals: { rows, columns } };
}

/** Finds a shortest path from a row without a partner to a column without one, and returns that column. */
function findPath(search: Search, start: number): number {
  const { similarity, rows, columns, rowOfColumn, distance, previousRow, scan } = search;
  const size = columns.length;
  for (let j = 0; j < size; j++) scan[j] = j;
  distance.fill(Number.POSITIVE_INFINITY);
  let scanned = 0;
  let reached = 0;
  for (let row = start; ; ) {
    const base = row * size;
    const offset = reached + rows[row];
    let best = scanned;
    let bestDistance = Number.POSITIVE_INFINITY;
    for (let k = scanned; k < size; k++) {
      const j = scan[k];
      const through = offset + columns[j] - similarity[base + j];
      if (through < distance[j]) {
        distance[j] = through;
        previousRow[j] = row;
      }
      // Among equally near columns a free one is preferred: it ends the search.
      const nearer = distance[j] < bestDistance;
      if (
        nearer ||
        (distance[j] === bestDistance && rowOfColumn[j] < 0 && rowOfColumn[scan[best]] >= 0)
      ) {
        best = k;
        bestDistance = distance[j];
      }
    }
    const column = scan[best];
    scan[best] = scan[scanned];
    scan[scanned++] = column;
    reached = bestDistance;
    if (rowOfColumn[column] < 0) {
      search.scanned = scanned;
      search.reached = reached;
      return column;
    }
    row = rowOfColumn[column];
  }
}

/** Updates the dual variables: every row on the tree keeps a reduced cost of 0 on its column, and ≥ 0 elsewhere. */
function raisePrices(search: Search, start: number): void {
  const { rows, columns, rowOfColumn, distance, scan, scanned, reached } = search;
  rows[start] -= reached;
  for (let k = 0; k < scanned - 1; k++) {
    const j = scan[k];
    const slack = reached - distance[j];
    rows[rowOfColumn[j]] -= slack;
    columns[j] += slack;
  }
}

/** Gives every row on the path the column that follows it. */
function flipPath({ columnOfRow, rowOfColumn, previousRow }: Search, start: number, end: number) {
  for (let j = end; ; ) {
    const i = previousRow[j];
    rowOfColumn[j] = i;
    const next = columnOfRow[i];
    columnOfRow[i] = j;
    if (i === start) return;
    j = next;
  }
}
