/** So many products are added up in float32 at most: each loses what is small beside their sum. */
export const ADDED_AT_ONCE = 4096;

/** The activations of units on one batch: a row of samples for each unit. */
export interface Samples {
  /** How many samples each unit has. */
  readonly length: number;
  /** Σ xᵢ yⱼ over the samples, row-major: the units of this by those of the other, of the same kind. */
  products(other: this): Promise<ArrayLike<number>>;
  /** Σ xᵢ for every unit. */
  sums(): Promise<ArrayLike<number>>;
  /** Σ xᵢ² for every unit. */
  squares(): Promise<ArrayLike<number>>;
  /** Gives back what is held. */
  dispose(): void;
}
