/**
 * The units of one network's group as units of a merged group: unit i becomes a part of merged unit `of[i]`.
 *
 * Merging averages producers by `weight` and adds consumers. For the function of the network to stay the same where
 * the members of a merged unit agree, the weights of the members of all networks sum to 1.
 */
export interface UnitMap {
  /** The number of merged units, N. */
  readonly size: number;
  /** `[units]`: the merged unit of each unit; −1 for a unit that is deleted. */
  readonly of: Int32Array;
  /** `[units]`: the weight of each unit's producers in its merged unit. */
  readonly weight: Float64Array;
}

/** Maps of one network by group. */
export type UnitMaps = Readonly<Record<string, UnitMap>>;

/** The map of each unit to itself. */
export function identityMap(units: number, weight = 1): UnitMap {
  return {
    size: units,
    of: Int32Array.from({ length: units }, (_, unit) => unit),
    weight: new Float64Array(units).fill(weight),
  };
}

/** A partition of units into clusters, averaged in each: weights 1 / (members of the cluster). */
export function partitionMap(of: Int32Array, size: number): UnitMap {
  const members = new Int32Array(size);
  for (const cluster of of) if (cluster >= 0) members[cluster]++;
  return { size, of, weight: Float64Array.from(of, (cluster) => 1 / (members[cluster] || 1)) };
}

/**
 * The map of a fibred group, from the map of its parent and one for the inner units of each of the parent's units.
 *
 * @param inner - [units of the parent]: the maps inside the blocks, all of one size.
 */
export function fibredMap(parent: UnitMap, inner: readonly UnitMap[]): UnitMap {
  const [{ size }] = inner;
  const of = inner.flatMap((own, block) =>
    Array.from(own.of, (unit) =>
      unit < 0 || parent.of[block] < 0 ? -1 : parent.of[block] * size + unit,
    ),
  );
  const weight = inner.flatMap((own, block) =>
    Array.from(own.weight, (each) => parent.weight[block] * each),
  );
  return {
    size: parent.size * size,
    of: Int32Array.from(of),
    weight: Float64Array.from(weight),
  };
}
