/** The inner products of a group's units. */
export interface UnitGrams {
  /** The number of units, n. */
  readonly units: number;
  /** `[n · n]`: the inner products of the units' producers. */
  readonly producers: Float64Array;
  /** `[n · n]`: the inner products of the units' consumers. */
  readonly consumers: Float64Array;
}

/** Units in clusters. */
export interface Clustering {
  /** `[units]`: the cluster of each unit; clusters are numbered in the order of their first units. */
  readonly of: Int32Array;
  /** `[units]`: the weight of each unit's producers, with sum 1 in each cluster. */
  readonly weight: Float64Array;
  /** The cost of each merge, from n clusters down; or the one cost of the whole partition. */
  readonly costs: readonly number[];
}
