import { ones, tensor, tidy } from '@tensorflow/tfjs-core';
import { invalid } from '../errors';
import type { Params } from '../params';
import { mapParams } from '../params/internal';
import { read } from '../runtime';
import { type Amount, type PruningScope, totalsOf } from './amountOf';
import { assertPrunesOnly, countZeros, place, readMask, type Values } from './assertMask';
import { type Layer, pruneSmallest } from './pruneSmallest';

/** The weights to prune, and the amount. */
export interface Pruning {
  /** The parameters that are pruned, in the order in which ties are broken. */
  readonly names: readonly string[];
  /** The mask of the weights that are pruned already, or null. */
  readonly mask: Params | null;
  readonly amount: Amount;
  readonly scope: PruningScope;
  readonly yieldPoint: () => Promise<void>;
  /** The name of the params in an error. Default: none. */
  readonly whose?: string;
}

/** A mask, with the numbers of weights that it has and keeps. */
export interface PrunedMask {
  /** The mask, which the caller disposes. */
  readonly mask: Params;
  /** The number of prunable weights. */
  readonly weights: number;
  /** The number of these that are kept. */
  readonly kept: number;
}

/** The mask that keeps the largest weights. The params and the mask must fit each other. */
export async function prunedMask(
  params: Params,
  { names, mask, amount, scope, yieldPoint, whose = '' }: Pruning,
): Promise<PrunedMask> {
  await yieldPoint();
  const before = mask === null ? null : await readMask(mask);
  if (before) assertPrunesOnly(names, before);
  const layers: Layer[] = [];
  for (const name of names) {
    await yieldPoint();
    layers.push(await readLayer(name, params, before, whose));
  }
  const sets = scope === 'global' ? [layers] : layers.map((layer) => [layer]);
  const totals = totalsOf(sets, amount);
  for (const [i, set] of sets.entries()) {
    await yieldPoint();
    pruneSmallest(set, totals[i] - set.reduce((sum, { pruned }) => sum + pruned, 0));
  }
  const weights = layers.reduce((sum, { kept }) => sum + kept.length, 0);
  const pruned = totals.reduce((sum, total) => sum + total, 0);
  return { mask: maskTensors(params, layers), weights, kept: weights - pruned };
}

/** A mask in the shapes of the params: the values of the layers, and ones for all other parameters. */
function maskTensors(params: Params, layers: readonly Layer[]): Params {
  const values: Values = Object.fromEntries(layers.map(({ name, kept }) => [name, kept]));
  return tidy(() =>
    mapParams(params, ({ shape }, name) =>
      Object.hasOwn(values, name) ? tensor(values[name], shape, 'float32') : ones(shape),
    ),
  );
}

async function readLayer(
  name: string,
  params: Params,
  before: Values | null,
  whose: string,
): Promise<Layer> {
  const weights = await read(params[name]);
  const at = weights.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) {
    throw invalid(
      `parameter '${name}'${whose} holds ${weights[at]} ${place(params[name], at)}`,
      'Weights must be finite: check whether the training diverged',
      { param: name, received: weights[at] },
    );
  }
  const kept = before ? before[name].slice() : new Float32Array(weights.length).fill(1);
  return { name, weights, kept, pruned: countZeros(kept) };
}
