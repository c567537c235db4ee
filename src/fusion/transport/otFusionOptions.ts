import type { LongWorkOptions, Progress } from '../../runtime';

/** Options of {@link otFusion}. */
export interface OtFusionOptions extends LongWorkOptions<OtFusionProgress> {
  /** α in [0, 1]: the weight of b. With 1 the result is b moved to the units of a. Default 0.5. */
  alpha?: number;
}

/** One group of {@link otFusion}. */
export interface OtFusionProgress extends Progress {
  /** The group whose plan was found. */
  readonly group: string;
}
