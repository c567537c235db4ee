/** A batch normalisation that is folded, with what it had before, per channel. */
export interface FoldedNorm {
  readonly mean: string;
  readonly variance: string;
  readonly gamma: string;
  /** `[channels]`: γ; its size is the standard deviation of the outputs. */
  readonly gain: Float64Array;
  /** `[channels]`: the moving variance plus ε. */
  readonly spread: Float64Array;
  /** `[channels]`: the estimated variance of the inputs as they are now: γ² before units merge. */
  readonly estimate: Float64Array;
}
