import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import type { Params } from '../../params';
import { channelsOn, type NormProducer, normProducers } from '../../repair/internal';
import { read, readAndDispose } from '../../runtime';
import { type ResolvedSpec, shapesOf } from '../../symmetry/internal';
import { type AxisMap, axisMap } from '../units/axisMap';
import { combineParameter } from '../units/combineParameter';
import { placedView } from '../units/placedView';
import type { UnitMap } from '../units/unitMap';
import type { FoldedNorm } from './foldedNorm';

/** A network with its places. */
export interface ResolvedNetwork {
  readonly params: Params;
  readonly resolved: ResolvedSpec;
}

/**
 * The normalisations after units i merge with weights a: the mean size of γ, the mean moving variance, and
 *
 *     estimate = Σᵢⱼ aᵢ aⱼ σᵢ σⱼ ρᵢⱼ = |Σᵢ aᵢ σᵢ fᵢ / |fᵢ||²
 *
 * with σ² the estimates before and ρ the cosines of the filters f. For n units of one γ it is γ²(1 + (n − 1)ρ)/n.
 */
export async function mergeNorms(
  norms: readonly FoldedNorm[],
  before: ResolvedNetwork,
  after: ResolvedNetwork,
  maps: Readonly<Record<string, UnitMap>>,
  yieldPoint: () => Promise<void>,
): Promise<FoldedNorm[]> {
  const found = [before, after].map(({ params, resolved }) =>
    normProducers(resolved, shapesOf(params)),
  );
  const merged: FoldedNorm[] = [];
  for (const norm of norms) {
    const { mean, gain, spread, estimate } = norm;
    const own = placedView(mean, before.params[mean].shape, before.resolved).axes[0];
    const other = placedView(mean, after.params[mean].shape, after.resolved).axes[0];
    const map = axisMap(own, other, maps, before.resolved.groups);
    if (own.size === other.size) {
      merged.push(norm);
      continue;
    }
    const [sizes, signed] = [gain.map(Math.abs), gain].map((each) => mixed(each, map, other.size));
    const [producers, theirs] = found.map(
      (all) => all.find((each) => each.mean === mean)?.producers ?? [],
    );
    const sum = new Float64Array(other.size);
    for (const [k, producer] of producers.entries()) {
      const filters = await unitFilters(before.params[producer.param], producer, estimate);
      const source = { ...before, params: { ...before.params, [producer.param]: filters }, maps };
      const target = { resolved: after.resolved, shapes: shapesOf(after.params) };
      try {
        const sources = [{ ...source, weight: 1 }];
        const result = await combineParameter(producer.param, sources, target, yieldPoint);
        addSquares(sum, result.shape, await readAndDispose(result), theirs[k]);
      } finally {
        filters.dispose();
      }
    }
    merged.push({
      ...norm,
      gain: sizes.map((size, c) => (signed[c] < 0 ? -size : size)),
      spread: mixed(spread, map, other.size),
      estimate: sum,
    });
  }
  return merged;
}

/** Σ weight · value of the members of each merged channel. */
function mixed(values: Float64Array, { to, weight }: AxisMap, size: number): Float64Array {
  const result = new Float64Array(size);
  values.forEach((value, c) => {
    if (to[c] >= 0) result[to[c]] += weight[c] * value;
  });
  return result;
}

/** σ f / |f| for each filter f of a kernel. */
async function unitFilters(
  kernel: Tensor,
  producer: NormProducer,
  estimate: Float64Array,
): Promise<Tensor> {
  const values = Float32Array.from(await read(kernel));
  const squares = new Float64Array(estimate.length);
  addSquares(squares, kernel.shape, values, producer);
  channelsOn(kernel.shape, producer.axes).forEach((at, i) => {
    const c = producer.channelOf[at];
    if (c >= 0 && squares[c] > 0) values[i] *= Math.sqrt(estimate[c] / squares[c]);
  });
  return tensor(values, kernel.shape, 'float32');
}

function addSquares(
  sum: Float64Array,
  shape: readonly number[],
  values: ArrayLike<number>,
  { axes, channelOf }: NormProducer,
): void {
  channelsOn(shape, axes).forEach((at, i) => {
    if (channelOf[at] >= 0) sum[channelOf[at]] += values[i] ** 2;
  });
}
