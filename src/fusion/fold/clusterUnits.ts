import type { RandomSource } from '../../runtime';
import { fibredMap, type UnitMap } from '../units/unitMap';
import type { Clustering, UnitGrams } from './clustering';
import { kMeans } from './kMeans';
import { mergePairs } from './mergePairs';

/** Settings of a clustering. */
export interface ClusterSettings {
  readonly method: 'pairs' | 'k-means';
  readonly restarts: number;
  readonly random: RandomSource;
  readonly yieldPoint: () => Promise<void>;
}

/**
 * Clusters units inside each of equal blocks, such as the dimensions inside each head.
 *
 * @param blocks - The number of blocks; 1 for a free group.
 * @param size - The number of clusters in each block.
 * @returns The map, and the sum of the costs.
 */
export async function clusterUnits(
  grams: UnitGrams,
  blocks: number,
  size: number,
  settings: ClusterSettings,
): Promise<{ map: UnitMap; cost: number }> {
  const inner: UnitMap[] = [];
  let cost = 0;
  for (let block = 0; block < blocks; block++) {
    const { of, weight, costs } = await clustersOf(
      gramsOfBlock(grams, blocks, block),
      size,
      settings,
    );
    inner.push({ size, of, weight });
    cost += costs.reduce((sum, each) => sum + each, 0);
  }
  const every = Int32Array.from({ length: blocks }, (_, block) => block);
  const parent = { size: blocks, of: every, weight: new Float64Array(blocks).fill(1) };
  return { map: fibredMap(parent, inner), cost };
}

async function clustersOf(
  grams: UnitGrams,
  size: number,
  { method, restarts, random, yieldPoint }: ClusterSettings,
): Promise<Clustering> {
  return method === 'pairs'
    ? mergePairs(grams, size, yieldPoint)
    : kMeans(grams, size, restarts, random, yieldPoint);
}

function gramsOfBlock(grams: UnitGrams, blocks: number, block: number): UnitGrams {
  if (blocks === 1) return grams;
  const units = grams.units / blocks;
  const part = (gram: Float64Array) =>
    Float64Array.from({ length: units * units }, (_, at) => {
      const [i, j] = [Math.floor(at / units), at % units];
      return gram[(block * units + i) * grams.units + block * units + j];
    });
  return { units, producers: part(grams.producers), consumers: part(grams.consumers) };
}
