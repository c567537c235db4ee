/** Sums over all samples of the activations x of one network's units, [units]. */
interface NetworkMoments {
  /** Σ x. */
  readonly sums: Float64Array;
  /** Σ x². */
  readonly squares: Float64Array;
}

/**
 * Sums over all samples of the activations of the units of several networks. With x the units of one network and
 * y those of another,
 *
 *     products[u, v] = Σ x_u y_v
 */
export interface Moments {
  /** The number of samples of each unit. */
  readonly samples: number;
  readonly networks: readonly NetworkMoments[];
  /**
   * `[units × units]`, row-major, for each pair of networks, those of {@link networkPairs} unless others were asked
   * for: rows are units of the first network of the pair.
   */
  readonly products: readonly Float64Array[];
}

/** A pair of networks i < j. */
export type NetworkPair = readonly [number, number];

/** All pairs of `count` networks: (0, 1), (0, 2) … (1, 2) … */
export function networkPairs(count: number): NetworkPair[] {
  return Array.from({ length: count }, (_, i) =>
    Array.from({ length: count - 1 - i }, (_, k): NetworkPair => [i, i + 1 + k]),
  ).flat();
}

/** The position of a pair in {@link networkPairs}. */
export function pairIndex([i, j]: NetworkPair, count: number): number {
  return i * count - (i * (i + 1)) / 2 + j - i - 1;
}

/** The moments with unit u of network k moved to orders[k][u]. */
export function withUnitsAt(moments: Moments, orders: readonly Int32Array[]): Moments {
  if (orders.every((order) => order.every((unit, u) => unit === u))) return moments;
  const moved = (values: Float64Array, order: Int32Array) => {
    const result = new Float64Array(values.length);
    order.forEach((unit, u) => {
      result[unit] = values[u];
    });
    return result;
  };
  return {
    ...moments,
    networks: moments.networks.map(({ sums, squares }, k) => ({
      sums: moved(sums, orders[k]),
      squares: moved(squares, orders[k]),
    })),
    products: networkPairs(orders.length).map(([i, j], at) =>
      movedMatrix(moments.products[at], orders[i], orders[j]),
    ),
  };
}

/** The matrix with entry [u, v] moved to [rows[u], columns[v]]. */
function movedMatrix(values: Float64Array, rows: Int32Array, columns: Int32Array): Float64Array {
  const n = columns.length;
  const result = new Float64Array(values.length);
  for (let at = 0; at < values.length; at++) {
    result[rows[Math.floor(at / n)] * n + columns[at % n]] = values[at];
  }
  return result;
}
