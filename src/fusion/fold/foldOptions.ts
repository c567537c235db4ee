import type { Params } from '../../params';
import type { LongWorkOptions, Progress } from '../../runtime';
import type { JointUse, PermutationSpec } from '../../symmetry';

/** Options of {@link fold}: `sizes`, `ratio` or both are required, the others have defaults. */
export interface FoldOptions extends LongWorkOptions<FoldProgress> {
  /**
   * The number of units after folding, by group: `{ h1: 32 }`. As everywhere, that of a group inside another is its
   * number over all units of the other.
   */
  sizes?: Readonly<Record<string, number>>;
  /**
   * The share of units to keep, above 0 and at most 1, in the groups that `sizes` does not name. Groups that cannot be
   * folded keep their units. Default: only the groups in `sizes` are folded.
   */
  ratio?: number;
  /**
   * The distribution of `ratio` over the groups: `'error'`, that total number of units, with fewer where the merges cost
   * least; or `'equal'`, the same share of each. Groups inside others, and those around them, always have the same share.
   * Default `'error'`.
   */
  allocate?: 'equal' | 'error';
  /**
   * `'pairs'` merges the two clusters of least effect on the outputs, again and again, and weighs producers by their
   * effect; `'k-means'` finds clusters of similar producers and averages them, as the paper does. Default `'pairs'`.
   */
  method?: 'pairs' | 'k-means';
  /**
   * The kernels whose units get the standard deviation of their members back, by the cosines of their filters
   * (Fold-AR): those before batch normalisations, `'norms'`; every kernel, `'all'`; or `'none'`. Default `'norms'`.
   */
  variance?: 'norms' | 'all' | 'none';
  /** The ε of the batch normalisations. Default 1e-5; layers of Keras have 1e-3. */
  epsilon?: number;
  /**
   * Joint uses of groups to fold in spite of them, such as `['layerNorm']`. The result is then not exact even where
   * members agree. Default: none.
   */
  inexact?: readonly JointUse[];
  /** The starts of k-means. Default 10. */
  restarts?: number;
  /** The seed of k-means. Default 0. */
  seed?: number;
}

/** One group of a fold. */
export interface FoldProgress extends Progress {
  /** The group that was folded. */
  readonly group: string;
  /** Its number of units after folding. */
  readonly size: number;
}

/** The result of {@link fold}. */
export interface FoldResult {
  /** The smaller network: new tensors; the caller disposes them. */
  readonly params: Params;
  /** The spec with its sizes. */
  readonly spec: PermutationSpec;
  /** For each folded group `[units]`: the merged unit of each unit. */
  readonly clusters: Readonly<Record<string, Int32Array>>;
  /** For each folded group `[units]`: the weight of each unit's producers in its merged unit. They sum to 1 in each. */
  readonly weights: Readonly<Record<string, Float64Array>>;
  /** The number of units of each group after folding. */
  readonly sizes: Readonly<Record<string, number>>;
  /**
   * The cost of the clusters of each folded group: 0 if the members of each agree. By pairs it is relative to
   * Σ |w|²|o|², the producers' and consumers' values of the units; by k-means to Σ |w|².
   */
  readonly error: Readonly<Record<string, number>>;
  /** The groups that `ratio` could not fold, with the reasons. */
  readonly kept: Readonly<Record<string, string>>;
}

/** The options of {@link fold} by name. */
export const FOLD_OPTIONS = {
  sizes: true,
  ratio: true,
  allocate: true,
  method: true,
  variance: true,
  epsilon: true,
  inexact: true,
  restarts: true,
  seed: true,
  signal: true,
  onProgress: true,
} as const;
