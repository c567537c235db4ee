import type { Clustering, UnitGrams } from './clustering';

/**
 * Merges the two clusters I, J of least cost until N are left. With producers w (weighted means), consumers O (sums)
 * and the weight a of I in the mean, w_I and w_J change by (1 − a)Δ and −aΔ, Δ = w_J − w_I, and the outputs by
 * O_I relu(w_I x) + O_J relu(w_J x) − (O_I + O_J) relu(wx). As relu(z) = (z + |z|)/2, half of this is linear in
 * the change and half has signs of its own for each unit:
 *
 *     cost = |Δ|² (|(1 − a) O_I − a O_J|² + (1 − a)² |O_I|² + a² |O_J|²)
 *
 * The weight a in [0, 1] is the one of least cost. Units whose producers agree cost nothing, whatever their consumers; units of
 * little effect hardly move the mean. The result is the same in every run; ties go to the first pair.
 *
 * @param size - The number of clusters, N ≥ 1.
 */
export async function mergePairs(
  { units, producers, consumers }: UnitGrams,
  size: number,
  yieldPoint: () => Promise<void>,
): Promise<Clustering> {
  const [w, o] = [Float64Array.from(producers), Float64Array.from(consumers)];
  const of = Int32Array.from({ length: units }, (_, i) => i);
  const weight = new Float64Array(units).fill(1);
  const alive = new Uint8Array(units).fill(1);
  const costs: number[] = [];
  const nearest = new Int32Array(units);
  const least = new Float64Array(units);
  for (let i = 0; i < units; i++) findNearest(i);
  for (let left = units; left > size; left--) {
    await yieldPoint();
    let i = -1;
    for (let k = 0; k < units; k++) {
      if (alive[k] === 1 && nearest[k] >= 0 && (i < 0 || least[k] < least[i])) i = k;
    }
    costs.push(least[i]);
    merge(i, nearest[i]);
  }
  return { of: numbered(of), weight, costs };

  /** The partner of least cost after i. */
  function findNearest(i: number): void {
    nearest[i] = -1;
    least[i] = Number.POSITIVE_INFINITY;
    for (let j = i + 1; j < units; j++) {
      if (alive[j] === 0) continue;
      const own = costOf(i, j, shareOf(i, j));
      if (own < least[i] || nearest[i] < 0) [nearest[i], least[i]] = [j, own];
    }
  }

  function shareOf(i: number, j: number): number {
    const [p, q, r] = [o[i * units + i], o[j * units + j], o[i * units + j]];
    const total = 2 * (p + q) + 2 * r;
    return total > 0 ? Math.min(1, Math.max(0, (2 * p + r) / total)) : 0.5;
  }

  function costOf(i: number, j: number, a: number): number {
    const distance = w[i * units + i] + w[j * units + j] - 2 * w[i * units + j];
    const [p, q, r] = [o[i * units + i], o[j * units + j], o[i * units + j]];
    const b = 1 - a;
    return Math.max(0, distance) * Math.max(0, 2 * (b * b * p + a * a * q) - 2 * a * b * r);
  }

  /** Makes i the union of i and j, and finds the partners that this changes. */
  function merge(i: number, j: number): void {
    const a = shareOf(i, j);
    for (let k = 0; k < units; k++) {
      if (of[k] !== i && of[k] !== j) continue;
      weight[k] *= of[k] === i ? a : 1 - a;
      of[k] = i;
    }
    combine(w, i, j, a, 1 - a);
    combine(o, i, j, 1, 1);
    alive[j] = 0;
    for (let k = 0; k < units; k++) {
      if (alive[k] === 0) continue;
      if (k === i || nearest[k] === i || nearest[k] === j) findNearest(k);
      else if (k < i) {
        const own = costOf(k, i, shareOf(k, i));
        if (own < least[k]) [nearest[k], least[k]] = [i, own];
      }
    }
  }

  /** The gram of x_i ← α x_i + β x_j. */
  function combine(gram: Float64Array, i: number, j: number, α: number, β: number): void {
    const own =
      α * α * gram[i * units + i] + β * β * gram[j * units + j] + 2 * α * β * gram[i * units + j];
    for (let k = 0; k < units; k++) {
      const value = α * gram[i * units + k] + β * gram[j * units + k];
      gram[i * units + k] = value;
      gram[k * units + i] = value;
    }
    gram[i * units + i] = own;
  }
}

/** Clusters in the order of their first units. */
function numbered(of: Int32Array): Int32Array {
  const numbers = new Map<number, number>();
  for (const cluster of of) if (!numbers.has(cluster)) numbers.set(cluster, numbers.size);
  return of.map((cluster) => numbers.get(cluster)!);
}
