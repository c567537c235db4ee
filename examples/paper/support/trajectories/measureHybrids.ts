import * as tf from '@tensorflow/tfjs-core';
import { type Params, type Permutations, spliceParams, weightMatch } from 'perm-lmc';
import { type Kept, keptValue } from '../cells';
import type { LastNetworks } from './lastNetworks';
import { layersByName } from './layersByName';
import { type AtEnd, measureAtEnd } from './measureAtEnd';

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
  last: LastNetworks,
  kept: Kept<AtEnd>,
  say: (what: string) => void,
): Promise<Hybrids> {
  const { network, everyLayer } = last.pair;
  const layers = [...layersByName(network)];
  const measure = hybridMeasurer(last, kept, say);
  const measured = (isEarly: (layer: number) => boolean) =>
    measure(layers.filter((_, layer) => isEarly(layer)));
  const shown = [...layers.keys()].filter((layer) => layer % everyLayer === 0);
  const forEachLayer = async (isEarly: (layer: number, current: number) => boolean) => {
    const row: AtEnd[] = [];
    for (const current of shown) row.push(await measured((layer) => isEarly(layer, current)));
    return row;
  };
  return {
    layers: shown.map((layer) => layers[layer][0]),
    bottomUp: await forEachLayer((layer, current) => layer <= current),
    topDown: await forEachLayer((layer, current) => layer >= current),
    putIn: await forEachLayer((layer, current) => layer === current),
    leftOut: await forEachLayer((layer, current) => layer !== current),
    ends: { none: await measured(() => false), all: await measured(() => true) },
  };
}

/** Measures the permutation of the hybrid with these early layers, each hybrid once. */
function hybridMeasurer(last: LastNetworks, kept: Kept<AtEnd>, say: (what: string) => void) {
  const { name, early: step } = last.pair;
  const measured = new Map<string, AtEnd>();
  return async (early: readonly [name: string, parameters: readonly string[]][]) => {
    const key = early.map(([layer]) => layer).join(' ') || 'no layer';
    const found =
      measured.get(key) ??
      (await keptValue(kept, key, async () => {
        say(`${name}: hybrid with step ${step} in ${key}`);
        const parameters = new Set(early.flatMap(([, names]) => names));
        return measureAtEnd(last, await matchHybrids(last, parameters));
      }));
    measured.set(key, found);
    return found;
  };
}

async function matchHybrids(
  { pair, a, b }: LastNetworks,
  early: ReadonlySet<string>,
): Promise<Permutations> {
  const hybrids = [
    await hybrid(a, pair.a(pair.early), early),
    await hybrid(b, pair.b(pair.early), early),
  ];
  const { permutations } = await weightMatch(pair.spec, hybrids[0], hybrids[1], pair.matching);
  tf.dispose(hybrids);
  return permutations;
}

async function hybrid(
  late: Params,
  loaded: Promise<Params>,
  early: ReadonlySet<string>,
): Promise<Params> {
  const params = await loaded;
  const spliced = spliceParams(late, params, (name) => early.has(name));
  tf.dispose(params);
  return spliced;
}
