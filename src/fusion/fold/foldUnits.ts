import { dispose } from '@tensorflow/tfjs-core';
import type { Params } from '../../params';
import { normProducers } from '../../repair/internal';
import { type RandomSource, randomSource } from '../../runtime';
import type { PermutationSpec } from '../../symmetry';
import { placesOn, resolveSpec, shapesOf } from '../../symmetry/internal';
import { combineUnits } from '../units/combineUnits';
import { completeMaps } from '../units/completeMaps';
import { finiteValues } from '../units/finiteValues';
import type { UnitMap } from '../units/unitMap';
import { allocateByError } from './allocateByError';
import { clusterUnits } from './clusterUnits';
import { correctKernels } from './correctKernels';
import { effectOf } from './effectOf';
import type { FoldedNorm } from './foldedNorm';
import type { FoldOptions, FoldProgress, FoldResult } from './foldOptions';
import type { FoldPlan } from './foldPlan';
import { groupsInside } from './groupsInside';
import { mergeNorms, type ResolvedNetwork } from './mergeNorms';
import { moveNorms } from './moveNorms';
import { restoreNorms } from './restoreNorms';
import { unitGrams } from './unitGrams';

/** Settings of a fold, with every default filled in. */
export interface FoldSettings
  extends Required<
    Pick<FoldOptions, 'allocate' | 'method' | 'variance' | 'epsilon' | 'restarts' | 'seed'>
  > {
  readonly ratio: number;
  /** The sizes that the caller gave. */
  readonly given: Readonly<Record<string, number>>;
  readonly yieldPoint: () => Promise<void>;
  readonly onProgress: ((progress: FoldProgress) => void) | undefined;
}

/** A network while its groups are folded one after another. */
interface Folding extends ResolvedNetwork {
  readonly spec: PermutationSpec;
  readonly norms: readonly FoldedNorm[];
}

/** Folds the groups of a network whose size in the plan is another. */
export async function foldUnits(
  spec: PermutationSpec,
  network: ResolvedNetwork,
  plan: FoldPlan,
  settings: FoldSettings,
): Promise<FoldResult> {
  const { resolved } = network;
  const { epsilon, variance, onProgress } = settings;
  const shrinking = resolved.groups.filter(({ name, size }) => plan.sizes[name] !== size);
  const inside = new Set(shrinking.flatMap(({ name }) => [...groupsInside(resolved, name)]));
  const compared = Object.keys(network.params).filter((name) =>
    placesOn(resolved.places, name).some(({ group }) => inside.has(group)),
  );
  await finiteValues(network.params, compared, '', settings.yieldPoint);
  const moved = await moveNorms(resolved, network.params, inside, epsilon);
  let state: Folding = { ...moved, spec, resolved };
  const clusters: Record<string, Int32Array> = {};
  const error: Record<string, number> = {};
  const random = randomSource(settings.seed);
  try {
    const sizes = await allocated(state, plan, settings);
    const groups = shrinking.map(({ name }) => name);
    for (const [done, group] of groups.entries()) {
      const folded = await foldGroup(state, group, sizes[group], settings, random);
      dispose(state.params);
      state = folded.state;
      clusters[group] = folded.map.of;
      error[group] = folded.error;
      onProgress?.({ group, size: sizes[group], done: done + 1, total: groups.length });
      await settings.yieldPoint();
    }
    const params = await restoreNorms(state.resolved, state, variance !== 'none', epsilon);
    return { params, spec: state.spec, clusters, sizes, error, kept: plan.kept };
  } finally {
    dispose(state.params);
  }
}

/** The sizes of the plan, or those by error for free groups without others inside that no size was given for. */
async function allocated(
  { params, resolved }: Folding,
  { sizes }: FoldPlan,
  { allocate, ratio, given, yieldPoint }: FoldSettings,
): Promise<Readonly<Record<string, number>>> {
  if (allocate === 'equal') return sizes;
  const own = resolved.groups.filter(
    ({ name, parent, size }) =>
      parent === null &&
      groupsInside(resolved, name).size === 1 &&
      !Object.hasOwn(given, name) &&
      sizes[name] < size,
  );
  const all = own.reduce((sum, { size }) => sum + size, 0);
  const total = Math.max(own.length, Math.round(ratio * all));
  const before = Object.fromEntries(own.map(({ name, size }) => [name, size]));
  return { ...sizes, ...(await allocateByError({ params, resolved }, before, total, yieldPoint)) };
}

/** Folds one group: a new network, and the map of its units. */
async function foldGroup(
  state: Folding,
  group: string,
  size: number,
  { method, restarts, variance, yieldPoint }: FoldSettings,
  random: RandomSource,
): Promise<{ state: Folding; map: UnitMap; error: number }> {
  const { spec, params, resolved, norms } = state;
  const { parent } = resolved.groups.find(({ name }) => name === group)!;
  const blocks = parent === null ? 1 : resolved.groups.find(({ name }) => name === parent)!.size;
  const grams = await unitGrams(resolved, params, group);
  const settings = { method, restarts, random, yieldPoint };
  const { map, cost } = await clusterUnits(grams, blocks, size / blocks, settings);
  const source = { spec, params, maps: { [group]: map }, weight: 1 };
  const combined = await combineUnits([source], 'folding', yieldPoint);
  const after = {
    params: combined.params,
    resolved: resolveSpec(combined.spec, combined.params),
  };
  let corrected: Params | null = null;
  try {
    const maps = completeMaps(resolved.groups, { [group]: map }, 1);
    const mergedNorms = await mergeNorms(norms, state, after, maps, yieldPoint);
    if (variance === 'all') {
      corrected = await correctKernels(state, after, maps, kernelsOf(state));
    }
    const folded = corrected ?? after.params;
    return {
      state: { params: folded, resolved: after.resolved, spec: combined.spec, norms: mergedNorms },
      map,
      error: cost / effectOf(grams, method),
    };
  } catch (failure) {
    dispose(combined.params);
    throw failure;
  } finally {
    if (corrected) dispose(combined.params);
  }
}

/** The kernels before normalisations that are moved into them. */
function kernelsOf({ resolved, params, norms }: Folding): ReadonlySet<string> {
  const means = new Set(norms.map(({ mean }) => mean));
  return new Set(
    normProducers(resolved, shapesOf(params))
      .filter(({ mean }) => means.has(mean))
      .flatMap(({ producers }) => (producers ?? []).map(({ param }) => param)),
  );
}
