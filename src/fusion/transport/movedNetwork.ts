import { dispose, type Tensor } from '@tensorflow/tfjs-core';
import type { Params } from '../../params';
import type { PermutationSpec } from '../../symmetry';
import { resolveSpec } from '../../symmetry/internal';
import { specOfNetwork } from '../embed/specOfNetwork';
import type { ResolvedPair } from '../partial/resolvePair';
import { partOfSpec } from '../units/partOfSpec';
import { identityMap, type UnitMaps } from '../units/unitMap';
import { moveUnits } from './moveUnits';
import type { OtFusionProgress } from './otFusionOptions';
import { type TransportPlan, transportPlan } from './transportPlan';
import { unitCosts } from './unitCosts';

/** A network in the units of another. */
interface MovedNetwork {
  /** New tensors for the parameters that have units; the caller disposes them. */
  readonly moved: Params;
  readonly plans: Readonly<Record<string, TransportPlan>>;
}

/** Moves b to the units of a, group by group, each by the plan of least cost after the groups before it have moved. */
export async function movedNetwork(
  spec: PermutationSpec,
  { a, b, specA, resolvedA }: ResolvedPair,
  yieldPoint: () => Promise<void>,
  onProgress: ((progress: OtFusionProgress) => void) | undefined,
): Promise<MovedNetwork> {
  const { groups } = resolvedA;
  const moved: Record<string, Tensor> = {};
  const plans: Record<string, TransportPlan> = {};
  const maps: Record<string, UnitMaps[string]> = {};
  try {
    for (const [done, { name, size }] of groups.entries()) {
      await moveGroup(name, size);
      maps[name] = identityMap(size);
      onProgress?.({ group: name, done: done + 1, total: groups.length });
      await yieldPoint();
    }
    return { moved, plans };
  } catch (error) {
    dispose(moved);
    throw error;
  }

  async function moveGroup(group: string, size: number): Promise<void> {
    const params = { ...b, ...moved };
    const own = specOfNetwork(spec, params);
    const resolved = resolveSpec(own, params);
    const networks = [
      { name: 'a', params: a, spec: specA, resolved: resolvedA, maps },
      { name: 'b', params, spec: own, resolved, maps },
    ];
    const costs = await unitCosts(group, networks, yieldPoint);
    plans[group] = await transportPlan(costs, size, costs.length / size, yieldPoint);
    const names = Object.keys(params).filter((name) =>
      resolved.places.some((place) => place.group === group && place.param === name),
    );
    const part = Object.fromEntries(names.map((name) => [name, params[name]]));
    const partSpec = partOfSpec(own, resolved, names);
    const arrived = await moveUnits(partSpec, part, group, plans[group], size, yieldPoint);
    for (const [name, tensor] of Object.entries(arrived)) {
      moved[name]?.dispose();
      moved[name] = tensor;
    }
  }
}
