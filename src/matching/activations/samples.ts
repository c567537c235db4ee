/** The most products that are added up in float32, where a long sum loses its small terms. */
export const ADDED_AT_ONCE = 4096;

/** Sums over the samples of each unit, [units]. */
export interface UnitTotals {
  readonly sums: ArrayLike<number>;
  readonly squares: ArrayLike<number>;
}

/** The activations of units on one batch, with a row of samples for each unit. */
export interface Samples {
  /** The number of samples of each unit. */
  readonly length: number;
  /**
   * Σ xᵢ yⱼ over the samples, row-major: these units by those of other samples of the same kind and length, of which
   * there may be another number.
   */
  products(other: this): Promise<ArrayLike<number>>;
  /** Σ xᵢ and Σ xᵢ² for every unit. */
  totals(): Promise<UnitTotals>;
  /** Releases the memory of the samples. */
  dispose(): void;
}
