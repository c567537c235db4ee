import type { Permutation } from '../../permutation';
import { type ActivationKernel, unitScales } from './activationKernel';
import { type Moments, type NetworkPair, pairIndex } from './moments';

/**
 * The activations of a group's units in several networks, compared on one source or more. Their similarity in
 * networks i and j is a sum over the sources,
 *
 *     s[u, v] = Σ (products[u, v] − means_i[u] sums_j[v]) · scales_i[u] · scales_j[v]
 *
 * It is computed where it is needed: the products alone are kept, a matrix for each pair and source.
 */
export interface ComparedUnits {
  readonly units: number;
  readonly sources: readonly ComparedSource[];
}

interface ComparedSource {
  readonly moments: Moments;
  /** For each network, [units]: the means that are subtracted, 0 unless the kernel is `correlation`. */
  readonly means: readonly Float64Array[];
  /** For each network, [units]: see {@link unitScales}. */
  readonly scales: readonly Float64Array[];
}

/** The comparison of a group on one source. */
export function comparedOn(kernel: ActivationKernel, moments: Moments): ComparedUnits {
  const { samples, networks } = moments;
  const over = kernel === 'correlation' ? samples : Number.POSITIVE_INFINITY;
  const means = networks.map(({ sums }) => sums.map((sum) => sum / over));
  const scales = networks.map(({ sums, squares }) => {
    return unitScales(
      kernel,
      squares.map((square, u) => square - sums[u] ** 2 / over),
    );
  });
  return { units: networks[0].sums.length, sources: [{ moments, means, scales }] };
}

/** The comparison of a group on the sources of both. */
export function onAllSources(one: ComparedUnits, other: ComparedUnits): ComparedUnits {
  return { ...one, sources: [...one.sources, ...other.sources] };
}

/**
 * Adds the similarity of units rows[u] of network i and columns[v] of network j > i to total[u, v],
 * `[units × units]`, row-major.
 */
export function addSimilarity(
  total: Float64Array,
  { units, sources }: ComparedUnits,
  [i, j]: NetworkPair,
  rows: Permutation,
  columns: Permutation,
): void {
  for (const { moments, means, scales } of sources) {
    const { sums } = moments.networks[j];
    const products = moments.products[pairIndex([i, j], moments.networks.length)];
    const [mean, scale, scaleOther] = [means[i], scales[i], scales[j]];
    for (let u = 0; u < units; u++) {
      const row = rows[u];
      for (let v = 0; v < units; v++) {
        const column = columns[v];
        const product = products[row * units + column] - mean[row] * sums[column];
        total[u * units + v] += product * scale[row] * scaleOther[column];
      }
    }
  }
}

/** The similarity of units p[u] of network i and q[u] of network j > i, added to total[u], [units]. */
export function addPairedSimilarity(
  total: Float64Array,
  { units, sources }: ComparedUnits,
  [i, j]: NetworkPair,
  p: Permutation,
  q: Permutation,
): void {
  for (const { moments, means, scales } of sources) {
    const products = moments.products[pairIndex([i, j], moments.networks.length)];
    p.forEach((row, u) => {
      const column = q[u];
      const product =
        products[row * units + column] - means[i][row] * moments.networks[j].sums[column];
      total[u] += product * scales[i][row] * scales[j][column];
    });
  }
}

/** Sums over the units of two networks, with each unit's mean subtracted under every kernel. */
export interface CentredSums {
  /** Σ x y over units p[u] of the first network and q[u] of the second. */
  readonly products: number;
  /** Σ x² over the units of each. */
  readonly squares: readonly [number, number];
}

/** The sums of networks i < j, over all samples and sources. */
export function centredSums(
  { units, sources }: ComparedUnits,
  [i, j]: NetworkPair,
  p: Permutation,
  q: Permutation,
): CentredSums {
  let total = 0;
  const squares: [number, number] = [0, 0];
  for (const { moments } of sources) {
    const { samples, networks } = moments;
    const products = moments.products[pairIndex([i, j], networks.length)];
    p.forEach((row, u) => {
      const column = q[u];
      const means = (networks[i].sums[row] * networks[j].sums[column]) / samples;
      total += products[row * units + column] - means;
    });
    for (const [side, network] of [networks[i], networks[j]].entries()) {
      network.squares.forEach((square, u) => {
        squares[side] += square - network.sums[u] ** 2 / samples;
      });
    }
  }
  return { products: total, squares };
}
