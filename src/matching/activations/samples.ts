/** The most products that are added up in float32: each loses what is small beside their sum. */
export const ADDED_AT_ONCE = 4096;

/** Sums over the samples of each unit. */
export interface UnitTotals {
  readonly sums: ArrayLike<number>;
  readonly squares: ArrayLike<number>;
}

/** The activations of units on one batch: a row of samples for each unit. */
export interface Samples {
  /** The number of samples of each unit. */
  readonly length: number;
  /** Σ xᵢ yⱼ over the samples, row-major: the units of this by those of the other, of the same kind. */
  products(other: this): Promise<ArrayLike<number>>;
  /** Σ xᵢ and Σ xᵢ² for every unit. */
  totals(): Promise<UnitTotals>;
  /** Gives back the memory of the samples. */
  dispose(): void;
}
