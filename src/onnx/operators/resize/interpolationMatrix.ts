/** A filter of an interpolation: the weight of a neighbour at a distance, 0 beyond its reach. */
export interface Filter {
  readonly reach: number;
  weight(distance: number): number;
}

/** Settings of {@link interpolationMatrix}. */
export interface InterpolationSettings {
  /** The factor by which distances shrink, so that a smaller image averages more neighbours. */
  readonly shrink: number;
  /** True if neighbours outside the axis have no weight. False: the ends of the axis stand for them. */
  readonly excludesOutside: boolean;
}

/** Linear interpolation of two neighbours. */
export const linear: Filter = {
  reach: 1,
  weight: (distance) => Math.max(0, 1 - Math.abs(distance)),
};

/** Cubic convolution of four neighbours with the coefficient a. */
export function cubic(a: number): Filter {
  return {
    reach: 2,
    weight(distance) {
      const d = Math.abs(distance);
      if (d <= 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
      return d < 2 ? ((d - 5) * d + 8) * d * a - 4 * a : 0;
    },
  };
}

/**
 * The weights [coordinates, size] by which positions of an axis add up to its interpolation at coordinates.
 *
 * @returns The weights, row-major.
 */
export function interpolationMatrix(
  coordinates: readonly number[],
  size: number,
  { reach, weight }: Filter,
  { shrink, excludesOutside }: InterpolationSettings,
): Float32Array<ArrayBuffer> {
  const matrix = new Float32Array(coordinates.length * size);
  const first = Math.floor(-reach / shrink) + 1;
  for (const [row, x] of coordinates.entries()) {
    const neighbours = Array.from(
      { length: 2 - 2 * first },
      (_, k) => Math.floor(x) + first + k,
    ).filter((position) => !excludesOutside || (position >= 0 && position < size));
    const weights = neighbours.map((position) => weight((position - x) * shrink));
    const total = shrink < 1 || excludesOutside ? weights.reduce((sum, each) => sum + each, 0) : 1;
    for (const [k, position] of neighbours.entries()) {
      const at = Math.min(size - 1, Math.max(0, position));
      matrix[row * size + at] += weights[k] / total;
    }
  }
  return matrix;
}
