import { dispose } from '@tensorflow/tfjs-core';
import type { Params } from '../../params';
import { type CombinedNetwork, combineUnits } from '../units/combineUnits';
import { partOfSpec } from '../units/partOfSpec';
import { unitMaps, type ZipNetwork, type ZippedGroup } from './zipGroups';
import type { ZipPlan } from './zipPlan';

/** The parameters that zipped networks share, and those that each keeps. */
export interface CombinedTrunk {
  readonly params: Params;
  readonly heads: Params[];
}

/**
 * The trunk of zipped networks, and for each network the parameters above it, which read merged units. The caller
 * disposes both.
 */
export async function combineZipped(
  networks: readonly ZipNetwork[],
  groups: Readonly<Record<string, ZippedGroup>>,
  { trunk, heads }: ZipPlan,
  yieldPoint: () => Promise<void>,
): Promise<CombinedTrunk> {
  const part = (k: number, names: readonly string[], weight: number): CombinedNetwork => {
    const { params, spec, resolved } = networks[k];
    const own = partOfSpec(spec, resolved, names);
    const here = new Set(own.groups.map(({ name }) => name));
    const maps = Object.entries(unitMaps(groups, k)).filter(([name]) => here.has(name));
    return {
      spec: own,
      params: Object.fromEntries(names.map((name) => [name, params[name]])),
      maps: Object.fromEntries(maps),
      weight,
    };
  };
  const made: Params[] = [];
  try {
    const all = networks.map((_, k) => part(k, trunk, 1 / networks.length));
    made.push((await combineUnits(all, 'zipping', yieldPoint)).params);
    for (const k of heads.length > 0 ? networks.keys() : []) {
      made.push((await combineUnits([part(k, heads, 1)], 'zipping', yieldPoint)).params);
    }
  } catch (error) {
    dispose(made);
    throw error;
  }
  const [params, ...own] = made;
  return { params, heads: own };
}
