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
    const rows = new Float64Array(n);
    const columns = new Float64Array(size);
    const columnOfRow = new Int32Array(n).fill(-1);
    const rowOfColumn = new Int32Array(size).fill(-1);
    const distance = new Float64Array(size);
    const previousRow = new Int32Array(size);
    /** Columns in scan order: those before `scanned` have their final distance. */
    const scan = new Int32Array(size);

    for (let start = 0; start < n; start++) {
      for (let j = 0; j < size; j++) scan[j] = j;
      distance.fill(Number.POSITIVE_INFINITY);
      let scanned = 0;
      let row = start;
      let reached = 0;
      let end = -1;
      while (end < 0) {
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
        if (rowOfColumn[column] < 0) end = column;
        else row = rowOfColumn[column];
      }

      // Every row on the tree keeps a reduced cost of 0 on its column, and ≥ 0 elsewhere.
      rows[start] -= reached;
      for (let k = 0; k < scanned - 1; k++) {
        const j = scan[k];
        const slack = reached - distance[j];
        rows[rowOfColumn[j]] -= slack;
        columns[j] += slack;
      }

      for (let j = end; ; ) {
        const i = previousRow[j];
        rowOfColumn[j] = i;
        const next = columnOfRow[i];
        columnOfRow[i] = j;
        if (i === start) break;
        j = next;
      }
    }

    return {
      assignment: columnOfRow,
      objective: assignmentObjective(similarity, columnOfRow, size),
      duals: { rows, columns },
    };
  });
}
