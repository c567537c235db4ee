import { invalid } from '../../errors';
import type { Params } from '../../params';
import type { AffineLayer, Target } from '../../repair/internal';
import { type ResolvedSpec, resolveSpec } from '../../symmetry/internal';
import type { UnitMap } from '../units/unitMap';
import type { FoldResult } from './foldOptions';
import { type FoldedParameter, mergedChannels } from './mergedChannels';

/** A network and its fold. */
export interface FoldedNetwork {
  readonly parent: Params;
  readonly resolved: ResolvedSpec;
  readonly folded: Pick<FoldResult, 'params' | 'spec'>;
  /** The map of every group. */
  readonly maps: Readonly<Record<string, UnitMap>>;
}

/**
 * The target statistics of the contractions of a folded network: those of the members of each channel,
 *
 *     μ = Σ aᵢ μᵢ      σ = Σ |aᵢ| σᵢ / Σ |aᵢ|
 *
 * @param measured - The statistics of the parent's contractions.
 */
export function clusterTargets(
  { parent, resolved, folded, maps }: FoldedNetwork,
  layers: readonly AffineLayer[],
  measured: ReadonlyMap<AffineLayer, Target>,
): Map<AffineLayer, Target> {
  const after = resolveSpec(folded.spec, folded.params);
  return new Map(
    layers.map((layer) => {
      const { param } = layer.kernel;
      const [own, statistics] = counterpart(layer, measured);
      const sides: FoldedParameter = {
        own: { ...own.kernel, shape: parent[param].shape, resolved },
        merged: { ...layer.kernel, shape: folded.params[param].shape, resolved: after },
        maps,
      };
      return [layer, targetOf(layer.channels, mergedChannels(own.channels, sides), statistics)];
    }),
  );
}

/** The contraction of the parent at the same place of the forward pass. */
function counterpart(
  { kernel, taps }: AffineLayer,
  measured: ReadonlyMap<AffineLayer, Target>,
): [AffineLayer, Target] {
  for (const entry of measured) {
    const [own] = entry;
    if (own.kernel.param === kernel.param && own.taps[0].call === taps[0].call) return entry;
  }
  throw invalid(
    `forward uses '${kernel.param}' in another way in the parent than in the folded network`,
    'Pass a forward that runs the same operations for both, with sizes from the shapes of its tensors',
    { param: 'forward' },
  );
}

function targetOf(
  channels: number,
  { of, weight }: Pick<UnitMap, 'of' | 'weight'>,
  { mean, deviation }: Target,
): Target {
  const target = { mean: new Float64Array(channels), deviation: new Float64Array(channels) };
  const total = new Float64Array(channels);
  of.forEach((to, channel) => {
    total[to] += Math.abs(weight[channel]);
  });
  of.forEach((to, channel) => {
    target.mean[to] += weight[channel] * mean[channel];
    target.deviation[to] += (Math.abs(weight[channel]) / total[to]) * deviation[channel];
  });
  return target;
}
