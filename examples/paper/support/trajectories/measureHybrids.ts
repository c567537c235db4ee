import * as tf from '@tensorflow/tfjs-core';
import { type Params, type Permutations, spliceParams, weightMatch } from 'perm-lmc';
import { type Kept, keptValue } from '../cells';
import { layersByName } from './layersByName';
import { type AtEnd, measureAtEnd } from './measureAtEnd';
import { lastStep, type TrajectoryPair } from './trajectoryPair';

/**
 * Permutations that were matched on hybrids, each at the last step: [layers]. A hybrid has the parameters of the
 * last step, and in some layers those of an early one, the same layers in A and in B.
 */
export interface Hybrids {
  readonly layers: readonly string[];
  /** The layers up to this one are early. */
  readonly bottomUp: readonly AtEnd[];
  /** This layer and those above it are early. */
  readonly topDown: readonly AtEnd[];
  /** Only this layer is early. */
  readonly putIn: readonly AtEnd[];
  /** All layers are early but this one. */
  readonly leftOut: readonly AtEnd[];
  /** No layer and every layer is early: the permutations of the last and of the early step. */
  readonly ends: { readonly none: AtEnd; readonly all: AtEnd };
}

/**
 * Finds the layers in which an alignment is decided. The hybrids (A', B') are matched; the permutation is then used
 * on the trained networks, so that every barrier is one between good networks:
 *
 *     P = match(A', B')      barrier(A_T, P[B_T])
 *
 * A layer whose early parameters spoil P holds the information that training adds to the alignment.
 */
export async function measureHybrids(
  pair: TrajectoryPair,
  kept: Kept<AtEnd>,
  say: (what: string) => void,
): Promise<Hybrids> {
  const layers = layersByName(pair.network);
  const names = [...layers.keys()];
  const measured = (isEarly: (layer: number) => boolean) => {
    const early = names.filter((_, layer) => isEarly(layer));
    const key = names.map((_, layer) => (isEarly(layer) ? 'e' : 'l')).join('');
    return keptValue(kept, key, async () => {
      say(`${pair.name}: hybrid with ${early.length} layers of step ${pair.early} (${key})`);
      const parameters = new Set(early.flatMap((name) => layers.get(name)!));
      return measureAtEnd(pair, await matchHybrids(pair, (name) => parameters.has(name)));
    });
  };
  const forEachLayer = async (isEarly: (layer: number, current: number) => boolean) => {
    const row: AtEnd[] = [];
    for (const current of names.keys()) row.push(await measured((layer) => isEarly(layer, current)));
    return row;
  };
  return {
    layers: names,
    bottomUp: await forEachLayer((layer, current) => layer <= current),
    topDown: await forEachLayer((layer, current) => layer >= current),
    putIn: await forEachLayer((layer, current) => layer === current),
    leftOut: await forEachLayer((layer, current) => layer !== current),
    ends: { none: await measured(() => false), all: await measured(() => true) },
  };
}

async function matchHybrids(
  pair: TrajectoryPair,
  isEarly: (parameter: string) => boolean,
): Promise<Permutations> {
  const [a, b] = [await hybrid(pair, pair.a, isEarly), await hybrid(pair, pair.b, isEarly)];
  const { permutations } = await weightMatch(pair.spec, a, b, pair.matching);
  tf.dispose([a, b]);
  return permutations;
}

async function hybrid(
  pair: TrajectoryPair,
  load: TrajectoryPair['a'],
  isEarly: (parameter: string) => boolean,
): Promise<Params> {
  const [late, early] = [await load(lastStep(pair)), await load(pair.early)];
  const spliced = spliceParams(late, early, isEarly);
  tf.dispose([late, early]);
  return spliced;
}
