import { invalid } from '../../errors';
import { type MergeLimits, mergeBudgets, mostPairs } from './mergeBudgets';
import { NONE, nearestClusters } from './nearestClusters';

/** The units of a group in all networks, one network after another, and how similar they are. */
export interface ClusterProblem extends MergeLimits {
  /** [Σn × Σn], row-major, symmetric, finite. It is overwritten. */
  readonly similarity: Float64Array;
}

/** Clusters of units. */
export interface Clustering {
  /** [Σn]: the cluster of each unit. Clusters are numbered in the order of their first units. */
  readonly of: Int32Array;
  /** [networks]: the merges of two clusters that both have units of the network. */
  readonly within: Int32Array;
  /** The number of all other merges. */
  readonly across: number;
  /** [merges]: the similarity, after its discounts, at which clusters merged. */
  readonly similarities: Float64Array;
}

/**
 * Merges the most similar two clusters until N remain. The similarity of a merged cluster to another is α·s, where s
 * is the less of both before; a negative s is kept, because α·s would raise it. With α = 0 a merged cluster merges no
 * more. A merge of two clusters that both have units of network X is within X. Of equally similar pairs the first in
 * row-major order is taken.
 *
 * With α = 0 a merge is left out if N could not be reached after it.
 *
 * @throws InvalidInputError when the budgets leave no merge, which `assertReachable` foresees for up to two networks.
 */
export async function clusterUnits(
  problem: ClusterProblem,
  yieldPoint: () => Promise<void>,
): Promise<Clustering> {
  const { similarity, units, size, alpha } = problem;
  const n = units.reduce((sum, count) => sum + count, 0);
  const limits = createLimits(problem);
  const clusters = {
    similarity,
    open: new Uint8Array(n).fill(1),
    kinds: Int32Array.from(units.flatMap((count, network) => new Array(count).fill(network))),
  };
  const { open, kinds } = clusters;
  const nearest = nearestClusters(clusters);
  const into = Int32Array.from({ length: n }, (_, unit) => unit);
  const similarities = new Float64Array(n - size);

  for (let merge = 0; merge < similarities.length; merge++) {
    await yieldPoint();
    const [row, column] = mostSimilar();
    if (row === NONE) throw stuck(problem, n - merge);
    similarities[merge] = similarity[row * n + column];
    const kind = limits.merge(kinds[row], kinds[column]);
    into[column] = row;
    kinds[row] = kind;
    open[column] = 0;
    if (alpha === 0) open[row] = 0;
    else discount(row, column);
    nearest.merged(row, column);
  }
  return { of: numbered(into), ...limits.counts(), similarities };

  function mostSimilar(): [number, number] {
    let [row, column] = [NONE, NONE];
    for (let at = 0; at < n; at++) {
      if (open[at] === 0) continue;
      for (const kind of limits.partners(kinds[at])) {
        const other = nearest.of(at, kind);
        if (other === NONE) continue;
        const rise = row === NONE ? 1 : similarity[at * n + other] - similarity[row * n + column];
        if (rise > 0 || (rise === 0 && row === at && other < column)) [row, column] = [at, other];
      }
    }
    return [row, column];
  }

  function discount(row: number, column: number): void {
    for (let at = 0; at < n; at++) {
      if (open[at] === 0 || at === row) continue;
      const less = Math.min(similarity[row * n + at], similarity[column * n + at]);
      const value = Math.min(less, alpha * less);
      similarity[row * n + at] = value;
      similarity[at * n + row] = value;
    }
  }
}

/** The kinds of clusters, and the merges that the budgets leave to them. */
function createLimits(limits: MergeLimits) {
  const { units, size, alpha } = limits;
  const budgets = mergeBudgets(limits);
  const within = new Int32Array(units.length);
  const singles = [...units];
  let [across, left] = [0, units.reduce((sum, count) => sum + count, 0) - size];
  /** The networks of each kind. The kinds of single units are the networks, in order. */
  const kinds: (readonly number[])[] = units.map((_, network) => [network]);
  const shared = (one: number, other: number) =>
    kinds[one].filter((network) => kinds[other].includes(network));

  function unionOf(one: number, other: number): number {
    const networks = [...new Set([...kinds[one], ...kinds[other]])].sort((x, y) => x - y);
    const found = kinds.findIndex((kind) => kind.join() === networks.join());
    return found >= 0 ? found : kinds.push(networks) - 1;
  }

  function isAllowed(one: number, other: number): boolean {
    const both = shared(one, other);
    if (both.some((network) => budgets[network] === 0)) return false;
    return alpha > 0 || reachesAfter(one, other, both.length > 0);
  }

  /** True if the other merges can still be made after one of units of these networks. */
  function reachesAfter(one: number, other: number, isWithin: boolean): boolean {
    const [rest, budget] = [[...singles], [...budgets]];
    rest[one]--;
    rest[other]--;
    if (isWithin) budget[one]--;
    return rest.every((count) => count >= 0) && mostPairs(rest, budget) >= left - 1;
  }

  let partnersOf: number[][] | null = null;
  return {
    /** The kinds with which a cluster of this kind may merge now. */
    partners(kind: number): readonly number[] {
      partnersOf ??= kinds.map((_, one) => [...kinds.keys()].filter((two) => isAllowed(one, two)));
      return partnersOf[kind];
    },
    /** Counts a merge and returns the kind of the merged cluster. */
    merge(one: number, other: number): number {
      const both = shared(one, other);
      for (const network of both) {
        within[network]++;
        budgets[network]--;
      }
      if (both.length === 0) across++;
      left--;
      partnersOf = null;
      if (alpha === 0) {
        singles[one]--;
        singles[other]--;
      }
      return unionOf(one, other);
    },
    counts: () => ({ within, across }),
  };
}

/** The cluster of each unit, numbered by first units. A unit has merged into one before it. */
function numbered(into: Int32Array): Int32Array {
  const of = new Int32Array(into.length);
  let count = 0;
  into.forEach((first, unit) => {
    of[unit] = first === unit ? count++ : of[first];
  });
  return of;
}

function stuck({ group, size, units, beta }: ClusterProblem, reached: number) {
  return invalid(
    `the merges of group '${group}' end at ${reached} units, ${size} are asked for: all others are within a network of [${units}], and β = ${beta} allows no more of these`,
    'Pass a greater beta, up to 1, ask for more units, or zip two networks at a time',
    { param: 'beta', received: beta },
  );
}
