import { crossOffsets, sizeOf } from '../../params/internal';
import type { ChannelParameter } from '../../repair/internal';
import type { ResolvedSpec } from '../../symmetry/internal';
import { axisMap } from '../units/axisMap';
import { placedView } from '../units/placedView';
import type { UnitMap } from '../units/unitMap';

/** A kernel of one network. */
interface PlacedKernel extends ChannelParameter {
  readonly shape: readonly number[];
  readonly resolved: ResolvedSpec;
}

/** A kernel before and after its units are merged. */
export interface FoldedParameter {
  readonly own: PlacedKernel;
  readonly merged: PlacedKernel;
  readonly maps: Readonly<Record<string, UnitMap>>;
}

/**
 * The merged channel of each output channel of a kernel, with the weight in it: those of the channel's values.
 *
 * @param channels - The number of channels before.
 */
export function mergedChannels(
  channels: number,
  { own, merged, maps }: FoldedParameter,
): Pick<UnitMap, 'of' | 'weight'> {
  const [before, after] = [own, merged].map(({ param, shape, resolved }) =>
    placedView(param, shape, resolved),
  );
  let [from, to] = [Int32Array.of(0), Int32Array.of(0)];
  let weights = Float64Array.of(1);
  before.axes.forEach((axis, at) => {
    const map = axisMap(axis, after.axes[at], maps, own.resolved.groups);
    from = crossOffsets(from, before.offsets[at]);
    to = crossOffsets(
      to,
      map.to.map((position) => after.offsets[at][position]),
    );
    weights = crossWeights(weights, map.weight);
  });
  const of = new Int32Array(channels);
  const weight = new Float64Array(channels);
  for (let i = 0; i < sizeOf(own.shape); i++) {
    const channel = own.channelOf[from[i]];
    if (channel < 0) continue;
    of[channel] = merged.channelOf[to[i]];
    weight[channel] = weights[i];
  }
  return { of, weight };
}

/** All products of two weights, in the order of `crossOffsets`. */
function crossWeights(outer: Float64Array, inner: Float64Array): Float64Array<ArrayBuffer> {
  const result = new Float64Array(outer.length * inner.length);
  outer.forEach((weight, i) => {
    inner.forEach((each, j) => {
      result[i * inner.length + j] = weight * each;
    });
  });
  return result;
}
