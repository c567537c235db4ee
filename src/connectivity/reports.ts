import type { BarrierReport, SimplexReport } from '../metrics';

/** Permutations as plain data: for each group the list of its units, in the gather convention. */
export type PlainPermutations = Readonly<Record<string, readonly number[]>>;

/** The verdict on a claim, by one metric. */
export interface Verdict {
  /** The metric that it is judged by. */
  readonly metric: string;
  /** The greatest barrier that counts as none: the ε of the claim. */
  readonly tolerance: number;
  /** The worst barrier of all that the claim is about. */
  readonly barrier: number;
  /** True if that is at most the tolerance. */
  readonly holds: boolean;
}

/** The report of `weakConnectivity`: plain data, the same when it has gone through JSON. */
export interface WeakConnectivityReport<Metric extends string = string> {
  /** Tells the reports apart. */
  readonly claim: 'weak';
  /** The names of the networks. */
  readonly names: readonly string[];
  /** Every pair of the networks, in their order. */
  readonly pairs: readonly WeakPair<Metric>[];
  /** Every pair is connected once b is permuted: the claim. */
  readonly verdict: Verdict;
  /** Every pair is connected as it is. */
  readonly unmatchedVerdict: Verdict;
}

/** A pair of networks, without and with a permutation of its own. */
export interface WeakPair<Metric extends string = string> {
  /** The reference. */
  readonly a: string;
  /** The network that is permuted. */
  readonly b: string;
  /** The barrier between A and B. */
  readonly unmatched: BarrierReport<Metric>;
  /** The barrier between A and P[B]. */
  readonly matched: BarrierReport<Metric>;
  /** The P of the pair. */
  readonly permutations: PlainPermutations;
}

/** The report of `simultaneousConnectivity`: plain data, the same when it has gone through JSON. */
export interface SimultaneousConnectivityReport<Metric extends string = string> {
  /** Tells the reports apart. */
  readonly claim: 'simultaneous';
  /** The training steps, or the levels of pruning, at which the sequences stand. */
  readonly steps: readonly number[];
  /** The index, into `steps`, of the permutation that `one` uses everywhere. */
  readonly from: number;
  /** At each t, the barrier between A_t and B_t. */
  readonly unmatched: readonly BarrierReport<Metric>[];
  /** At each t, the barrier between A_t and P[B_t], with the P found at t. */
  readonly own: readonly BarrierReport<Metric>[];
  /** At each t, the barrier between A_t and P[B_t], with the P found at `from`. */
  readonly one: readonly BarrierReport<Metric>[];
  /** For each metric the barrier, `[s][t]`, of the P found at s and used at t; null where not asked for. */
  readonly matrix: { readonly [metric in Metric]: readonly (readonly number[])[] } | null;
  /** The P found at each s. */
  readonly permutations: readonly PlainPermutations[];
  /** For each permutation given from outside, the same as `one` with it. */
  readonly given: Readonly<Record<string, GivenRow<Metric>>>;
  /** The one permutation found at `from` connects the sequences at every t: the claim. */
  readonly verdict: Verdict;
  /** The permutations found at each t connect them. */
  readonly ownVerdict: Verdict;
  /** They are connected as they are. */
  readonly unmatchedVerdict: Verdict;
}

/** One permutation given from outside, used at every t. */
export interface GivenRow<Metric extends string = string> {
  /** The P given. */
  readonly permutations: PlainPermutations;
  /** At each t, the barrier between A_t and P[B_t]. */
  readonly barriers: readonly BarrierReport<Metric>[];
  /** P connects the sequences at every t. */
  readonly verdict: Verdict;
}

/** The report of `strongConnectivity`: plain data, the same when it has gone through JSON. */
export interface StrongConnectivityReport<Metric extends string = string> {
  /** Tells the reports apart. */
  readonly claim: 'strong';
  /** The names of the networks. */
  readonly names: readonly string[];
  /** The index of the reference, whose permutation is the identity. */
  readonly reference: number;
  /** The Pᵢ of each network. */
  readonly permutations: readonly PlainPermutations[];
  /** Every pair of the networks, in their order. */
  readonly pairs: readonly StrongPair<Metric>[];
  /** The simplex of all Pᵢ[θᵢ]; its `barycentre` is the gap of the mean network. */
  readonly simplex: SimplexReport<Metric>;
  /** The simplex of the networks as they are. */
  readonly unmatchedSimplex: SimplexReport<Metric>;
  /** Every pair is connected with the one permutation of each network: the claim. */
  readonly verdict: Verdict;
  /** The whole simplex is connected: the stronger form of the claim. */
  readonly simplexVerdict: Verdict;
  /** Every pair is connected as it is. */
  readonly unmatchedVerdict: Verdict;
  /** The whole simplex is connected as the networks are. */
  readonly unmatchedSimplexVerdict: Verdict;
}

/** How a pair of networks was aligned. */
export type StrongPairKind = 'direct' | 'indirect' | 'joint';

/** A pair of networks, each with its one permutation. */
export interface StrongPair<Metric extends string = string> {
  /** The name of the one. */
  readonly a: string;
  /** The name of the other, which comes later in `names`. */
  readonly b: string;
  /**
   * `direct` where one of the two is the reference, `indirect` where they meet only through it, `joint` where
   * all networks were matched at once.
   */
  readonly kind: StrongPairKind;
  /** The barrier between A and B as they are. */
  readonly unmatched: BarrierReport<Metric>;
  /** The barrier between the two, each with its one permutation. */
  readonly matched: BarrierReport<Metric>;
  /** The barrier between A and P[B], with a P found for this pair; null where direct or not asked for. */
  readonly own: BarrierReport<Metric> | null;
  /** That P; null where direct or not asked for. */
  readonly ownPermutations: PlainPermutations | null;
}
