import type { RandomSource } from '../../runtime';
import type { Clustering, UnitGrams } from './clustering';

/** The most passes of one start. */
const MOST_PASSES = 100;

/**
 * k-means on the rows of the producers: clusters of least Σ |w_i − mean|², by Lloyd's passes from several starts of
 * k-means++. Distances come from inner products, so that a pass takes n² steps whatever the length of the rows. Ties
 * go to the first cluster, and an empty cluster takes the unit that is farthest from its mean.
 *
 * @see Arthur & Vassilvitskii 2007, k-means++: the advantages of careful seeding.
 */
export async function kMeans(
  { units, producers }: UnitGrams,
  size: number,
  restarts: number,
  random: RandomSource,
  yieldPoint: () => Promise<void>,
): Promise<Clustering> {
  let best: { of: Int32Array; cost: number } | null = null;
  for (let start = 0; start < restarts; start++) {
    let of = nearestSeeds(producers, units, size, random);
    let cost = Number.POSITIVE_INFINITY;
    for (let pass = 0; pass < MOST_PASSES; pass++) {
      await yieldPoint();
      const next = nearestMeans(producers, units, size, of);
      if (!(next.cost < cost)) break;
      cost = next.cost;
      if (best === null || cost < best.cost) best = { of, cost };
      of = next.of;
    }
  }
  const { of, cost } = best!;
  const numbers = new Map<number, number>();
  for (const cluster of of) if (!numbers.has(cluster)) numbers.set(cluster, numbers.size);
  const members = countsOf(of, size);
  return {
    of: of.map((cluster) => numbers.get(cluster)!),
    weight: Float64Array.from(of, (cluster) => 1 / members[cluster]),
    costs: [cost],
  };
}

/** The clusters around seeds: each is drawn with a probability that is proportional to its squared distance. */
function nearestSeeds(
  gram: Float64Array,
  units: number,
  size: number,
  random: RandomSource,
): Int32Array {
  const of = new Int32Array(units);
  const distance = new Float64Array(units).fill(Number.POSITIVE_INFINITY);
  for (let cluster = 0; cluster < size; cluster++) {
    const seed = cluster === 0 ? random.below(units) : drawn(distance, random);
    for (let i = 0; i < units; i++) {
      const own = gram[i * units + i] + gram[seed * units + seed] - 2 * gram[i * units + seed];
      if (i === seed || own < distance[i]) {
        distance[i] = i === seed ? Number.NEGATIVE_INFINITY : Math.max(0, own);
        of[i] = cluster;
      }
    }
  }
  return of;
}

/** An index drawn in proportion to weights; −∞ is never drawn. */
function drawn(weights: Float64Array, random: RandomSource): number {
  const total = weights.reduce((sum, each) => sum + Math.max(0, each), 0);
  let left = (total * random.below(2 ** 30)) / 2 ** 30;
  let last = -1;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] === Number.NEGATIVE_INFINITY) continue;
    if (last < 0 || weights[i] > 0 || total === 0) last = i;
    left -= weights[i];
    if (left < 0) return i;
  }
  return last;
}

/** The nearest mean of each unit, and the cost of the clusters before. */
function nearestMeans(gram: Float64Array, units: number, size: number, before: Int32Array) {
  const members = countsOf(before, size);
  const sums = new Float64Array(units * size); // ⟨x_i, Σ members of k⟩
  for (let i = 0; i < units; i++) {
    for (let j = 0; j < units; j++) sums[i * size + before[j]] += gram[i * units + j];
  }
  const norms = new Float64Array(size);
  for (let i = 0; i < units; i++) norms[before[i]] += sums[i * size + before[i]];
  const distanceTo = (i: number, k: number) =>
    gram[i * units + i] - (2 * sums[i * size + k]) / members[k] + norms[k] / members[k] ** 2;
  let cost = 0;
  const of = new Int32Array(units);
  const distance = new Float64Array(units);
  for (let i = 0; i < units; i++) {
    cost += distanceTo(i, before[i]);
    distance[i] = Number.POSITIVE_INFINITY;
    for (let k = 0; k < size; k++) {
      const own = distanceTo(i, k);
      if (own < distance[i]) [distance[i], of[i]] = [own, k];
    }
  }
  fillEmpty(of, size, distance);
  return { of, cost };
}

/** Gives each empty cluster the unit that is farthest from its mean, of those that are not alone. */
function fillEmpty(of: Int32Array, size: number, distance: Float64Array): void {
  const members = countsOf(of, size);
  for (let cluster = 0; cluster < size; cluster++) {
    if (members[cluster] > 0) continue;
    let farthest = -1;
    for (let i = 0; i < of.length; i++) {
      if (members[of[i]] < 2) continue;
      if (farthest < 0 || distance[i] > distance[farthest]) farthest = i;
    }
    members[of[farthest]]--;
    of[farthest] = cluster;
    members[cluster] = 1;
    distance[farthest] = 0;
  }
}

function countsOf(of: Int32Array, size: number): Int32Array {
  const counts = new Int32Array(size);
  for (const cluster of of) counts[cluster]++;
  return counts;
}
