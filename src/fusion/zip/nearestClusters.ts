/** No cluster of the kind is left. */
export const NONE = -1;
const UNKNOWN = -2;

/** The open clusters and their similarities, which change as clusters merge. */
export interface OpenClusters {
  /** [n × n], row-major, symmetric. */
  readonly similarity: Float64Array;
  /** [n]: 1 for a cluster that may merge. A cluster has the index of its first unit. */
  readonly open: Uint8Array;
  /** [n]: the kind of each cluster, 0, 1, …: the set of networks that its units are from. */
  readonly kinds: Int32Array;
}

/** For each open cluster and each kind, the most similar open cluster of that kind with a higher index. */
export interface NearestClusters {
  /** The nearest of a row, the first of several that are equally near; {@link NONE} if there is none. */
  of(row: number, kind: number): number;
  /** Takes note that `row`, whose similarities have fallen and whose kind may have changed, has taken in `column`. */
  merged(row: number, column: number): void;
}

/** The nearest clusters, kept until a merge changes them: similarities only fall. */
export function nearestClusters({ similarity, open, kinds }: OpenClusters): NearestClusters {
  const n = open.length;
  const known: Int32Array[] = [];
  const knownOf = (kind: number) => {
    known[kind] ??= new Int32Array(n).fill(UNKNOWN);
    return known[kind];
  };

  function find(row: number, kind: number): number {
    let best = NONE;
    for (let at = row + 1; at < n; at++) {
      if (open[at] === 0 || kinds[at] !== kind) continue;
      if (best === NONE || similarity[row * n + at] > similarity[row * n + best]) best = at;
    }
    return best;
  }

  /** Counts the merged cluster among those of its new kind. */
  function consider(row: number, merged: number): void {
    const own = knownOf(kinds[merged]);
    const nearest = own[row];
    if (nearest === UNKNOWN) return;
    const [now, before] = [merged, nearest].map((at) => similarity[row * n + at]);
    if (nearest === NONE || now > before || (now === before && merged < nearest)) own[row] = merged;
  }

  return {
    of(row, kind) {
      const own = knownOf(kind);
      if (own[row] === UNKNOWN) own[row] = find(row, kind);
      return own[row];
    },
    merged(row, column) {
      for (const own of known) {
        if (!own) continue;
        own[row] = UNKNOWN;
        for (let at = 0; at < column; at++) {
          if (own[at] === row || own[at] === column) own[at] = UNKNOWN;
        }
      }
      for (let at = 0; at < row && open[row] === 1; at++) consider(at, row);
    },
  };
}
