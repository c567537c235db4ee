import { correlateUnits } from '../../matching/internal';
import type { Params } from '../../params';
import type { PermutationSpec } from '../../symmetry';
import type { ResolvedSpec } from '../../symmetry/internal';
import type { UnitMap } from '../units/unitMap';
import { type Clustering, clusterUnits } from './clusterUnits';
import type { MergeLimits } from './mergeBudgets';
import { rowSimilarity } from './rowSimilarity';
import type { ZipSettings } from './zipOptions';

/** A network to zip, with its name for messages and the spec with its sizes. */
export interface ZipNetwork {
  readonly name: string;
  readonly params: Params;
  readonly spec: PermutationSpec;
  readonly resolved: ResolvedSpec;
}

/** The merges of one group. */
export interface ZippedGroup {
  /** N, the number of merged units. */
  readonly size: number;
  /** `[networks]`, each `[units]`: the merged unit of each unit of a network. */
  readonly members: readonly Int32Array[];
  /** `[networks]`: the merges of two units, merged before or not, that both hold units of the network. */
  readonly within: readonly number[];
  /** The number of all other merges. */
  readonly across: number;
  /** `[merges]`: the similarity at which units merged, in order, after α. */
  readonly similarities: Float64Array;
}

/** The settings of the merges of groups, and the point at which they yield. */
export interface ZipWork extends ZipSettings {
  readonly yieldPoint: () => Promise<void>;
}

/** Merges the units of each group, by their activations or their weights. */
export async function zipGroups(
  networks: readonly ZipNetwork[],
  groups: readonly MergeLimits[],
  work: ZipWork,
): Promise<Record<string, ZippedGroup>> {
  const { yieldPoint, onProgress } = work;
  const similarityOf = await similarities(networks, groups, work);
  const zipped: Record<string, ZippedGroup> = {};
  for (const [done, limits] of groups.entries()) {
    const { group, units } = limits;
    const similarity = await similarityOf(group, zipped);
    const clustering = await clusterUnits({ ...limits, similarity }, yieldPoint);
    zipped[group] = zippedGroup(units, limits.size, clustering);
    onProgress?.({ phase: 'groups', done: done + 1, total: groups.length });
  }
  return zipped;
}

/** Returns the similarity `[Σn × Σn]` of a group's units, when some groups have been zipped. */
type SimilarityOf = (
  group: string,
  zipped: Readonly<Record<string, ZippedGroup>>,
) => Promise<Float64Array>;

async function similarities(
  networks: readonly ZipNetwork[],
  groups: readonly MergeLimits[],
  { source, signal, yieldPoint, onProgress }: ZipWork,
): Promise<SimilarityOf> {
  if (!source) {
    return (group, zipped) => {
      const partly = networks.map((network, k) => ({ ...network, maps: unitMaps(zipped, k) }));
      return rowSimilarity(group, partly, yieldPoint);
    };
  }
  const names = groups.map(({ group }) => group);
  const correlations = await correlateUnits(networks, names, {
    ...source,
    signal,
    yieldPoint,
    onBatch: ({ done, total }) => onProgress?.({ phase: 'data', done, total }),
  });
  return async (group) => correlations.get(group)!;
}

function zippedGroup(
  units: readonly number[],
  size: number,
  { of, within, across, similarities }: Clustering,
): ZippedGroup {
  const ends = units.map((_, k) => units.slice(0, k + 1).reduce((sum, count) => sum + count, 0));
  const members = units.map((count, k) => of.slice(ends[k] - count, ends[k]));
  return { size, members, within: [...within], across, similarities };
}

/** The maps of one network: each producer is weighted by 1 / (units of all networks in its merged unit). */
export function unitMaps(
  groups: Readonly<Record<string, ZippedGroup>>,
  network: number,
): Record<string, UnitMap> {
  return Object.fromEntries(
    Object.entries(groups).map(([name, { size, members }]) => {
      const counts = new Int32Array(size);
      for (const own of members) for (const unit of own) counts[unit]++;
      const of = members[network];
      return [name, { size, of, weight: Float64Array.from(of, (unit) => 1 / counts[unit]) }];
    }),
  );
}
