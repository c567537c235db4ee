import type { BarrierReport, SimplexReport } from '../metrics';

/** Permutations as plain data: for each group a list [units], in the gather convention. */
export type PlainPermutations = Readonly<Record<string, readonly number[]>>;

/** The verdict on a claim by one metric. */
export interface Verdict {
  /** The name of the metric. */
  readonly metric: string;
  /** The greatest barrier that counts as none, ε, in units of the metric. */
  readonly tolerance: number;
  /** The greatest of the barriers that the claim covers. */
  readonly barrier: number;
  /** True if `barrier` ≤ `tolerance`. */
  readonly holds: boolean;
}

/** The report of `weakConnectivity`: plain data, unchanged by a round trip through JSON. */
export interface WeakConnectivityReport<Metric extends string = string> {
  /** The claim of the report. */
  readonly claim: 'weak';
  /** The names of the networks. */
  readonly names: readonly string[];
  /** Every pair of the networks, in their order. */
  readonly pairs: readonly WeakPair<Metric>[];
  /** The claim: every pair is connected with its permutation. */
  readonly verdict: Verdict;
  /** Every pair is connected without a permutation. */
  readonly unmatchedVerdict: Verdict;
}

/** A pair of networks, measured without a permutation and with the pair's own. */
export interface WeakPair<Metric extends string = string> {
  /** The name of the reference A. */
  readonly a: string;
  /** The name of the network B that is permuted. */
  readonly b: string;
  /** The barrier between A and B. */
  readonly unmatched: BarrierReport<Metric>;
  /** The barrier between A and P[B]. */
  readonly matched: BarrierReport<Metric>;
  /** The permutations P of the pair. */
  readonly permutations: PlainPermutations;
}

/** The report of `simultaneousConnectivity`: plain data, unchanged by a round trip through JSON. */
export interface SimultaneousConnectivityReport<Metric extends string = string> {
  /** The claim of the report. */
  readonly claim: 'simultaneous';
  /** The training steps or pruning levels of the sequences. */
  readonly steps: readonly number[];
  /** The index in `steps` of the permutation that `one` uses at every step. */
  readonly from: number;
  /** The barrier between A_t and B_t at each t: [steps]. */
  readonly unmatched: readonly BarrierReport<Metric>[];
  /** The barrier between A_t and P[B_t] at each t, with the P found at t: [steps]. */
  readonly own: readonly BarrierReport<Metric>[];
  /** The barrier between A_t and P[B_t] at each t, with the P found at `from`: [steps]. */
  readonly one: readonly BarrierReport<Metric>[];
  /** For each metric the barrier of the P found at s and used at t, `[s][t]`; null without `matrix: true`. */
  readonly matrix: { readonly [metric in Metric]: readonly (readonly number[])[] } | null;
  /** The P found at each s: [steps]. */
  readonly permutations: readonly PlainPermutations[];
  /** For each of the caller's permutations, by name, the same as `one`. */
  readonly given: Readonly<Record<string, GivenRow<Metric>>>;
  /** The claim: the permutation found at `from` connects the sequences at every t. */
  readonly verdict: Verdict;
  /** The permutation found at each t connects the sequences there. */
  readonly ownVerdict: Verdict;
  /** The sequences are connected at every t without a permutation. */
  readonly unmatchedVerdict: Verdict;
}

/** The barriers with one of the caller's permutations, used at every t. */
export interface GivenRow<Metric extends string = string> {
  /** The permutations P. */
  readonly permutations: PlainPermutations;
  /** The barrier between A_t and P[B_t] at each t: [steps]. */
  readonly barriers: readonly BarrierReport<Metric>[];
  /** P connects the sequences at every t. */
  readonly verdict: Verdict;
}

/** The report of `strongConnectivity`: plain data, unchanged by a round trip through JSON. */
export interface StrongConnectivityReport<Metric extends string = string> {
  /** The claim of the report. */
  readonly claim: 'strong';
  /** The names of the networks. */
  readonly names: readonly string[];
  /** The index of the reference, whose permutation is the identity. */
  readonly reference: number;
  /** The permutations Pᵢ of each network: [networks]. */
  readonly permutations: readonly PlainPermutations[];
  /** Every pair of the networks, in their order. */
  readonly pairs: readonly StrongPair<Metric>[];
  /** The barrier on the simplex of all Pᵢ[θᵢ]. Its `barycentre` is the gap of the mean network. */
  readonly simplex: SimplexReport<Metric>;
  /**
   * The same networks with the permutations of the joint match. Null unless both `match` and `matchAll` were
   * given: with `matchAll` alone, its permutations are those of the report.
   */
  readonly joint: JointAlignment<Metric> | null;
  /** The barrier on the simplex of the networks without permutations. */
  readonly unmatchedSimplex: SimplexReport<Metric>;
  /** The claim: every pair is connected with one permutation for each network. */
  readonly verdict: Verdict;
  /** The stronger form of the claim: the whole simplex is connected. */
  readonly simplexVerdict: Verdict;
  /** Every pair is connected without permutations. */
  readonly unmatchedVerdict: Verdict;
  /** The whole simplex is connected without permutations. */
  readonly unmatchedSimplexVerdict: Verdict;
}

/** Networks that were matched jointly, beside those matched to the reference. */
export interface JointAlignment<Metric extends string = string> {
  /** The permutations Pᵢ of each network, [networks]; the identity for the reference. */
  readonly permutations: readonly PlainPermutations[];
  /** The barrier between P_A[A] and P_B[B] for each of the report's `pairs`: [pairs]. */
  readonly barriers: readonly BarrierReport<Metric>[];
  /** The barrier on the simplex of all Pᵢ[θᵢ]. */
  readonly simplex: SimplexReport<Metric>;
  /** The claim: every pair is connected with one permutation for each network. */
  readonly verdict: Verdict;
  /** The stronger form of the claim: the whole simplex is connected. */
  readonly simplexVerdict: Verdict;
}

/** The alignment of a pair: see {@link StrongPair.kind}. */
export type StrongPairKind = 'direct' | 'indirect' | 'joint';

/** A pair of networks, each with its own permutation Pᵢ. */
export interface StrongPair<Metric extends string = string> {
  /** The name of the first network, A. */
  readonly a: string;
  /** The name of the second network, B, which comes later in `names`. */
  readonly b: string;
  /**
   * `direct`: one of the two is the reference. `indirect`: each was matched to the reference only. `joint`: all
   * networks were matched at once, by `matchAll` without `match`.
   */
  readonly kind: StrongPairKind;
  /** The barrier between A and B without permutations. */
  readonly unmatched: BarrierReport<Metric>;
  /** The barrier between P_A[A] and P_B[B]. */
  readonly matched: BarrierReport<Metric>;
  /** The barrier between A and P[B], with a P found for this pair; null for direct pairs and without `own: true`. */
  readonly own: BarrierReport<Metric> | null;
  /** The P found for this pair; null for direct pairs and without `own: true`. */
  readonly ownPermutations: PlainPermutations | null;
}
