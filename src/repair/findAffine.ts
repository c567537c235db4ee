import type { Params } from '../params';
import { sizeOf } from '../params/internal';
import { groupsOfAxis } from '../symmetry/internal';
import {
  dataflowOf,
  modulesOf,
  producerOf,
  shapeOf,
  type TensorSource,
  type Trace,
  type TracedCall,
  type TracedModule,
} from '../tracing/internal';
import { channelParameter } from './channelParameter';
import { channelsOn } from './channelsOn';
import type { AffineLayer, ChannelParameter, NormLayer } from './repairLayer';

/**
 * The contractions with hidden units in their output whose channels can be scaled by their own parameters: the
 * kernel is a parameter, perhaps reshaped, transposed or sliced, that nothing else uses, and no batch normalisation
 * of `norms` follows. A layer that is used several times is one layer with several taps.
 */
export function findAffine(
  trace: Trace,
  params: Params,
  norms: readonly NormLayer[],
): AffineLayer[] {
  const { calls } = trace;
  const normalised = norms.flatMap(({ taps }) =>
    taps.map(({ call, input }) => producerOf(calls, calls[call].inputs[input!])),
  );
  const found: UsedLayer[] = [];
  for (const module of modulesOf(calls, params)) {
    if (normalised.includes(module.call) || !isHidden(trace, module)) continue;
    const layer = layerOf(calls, params, module);
    const same = layer ? found.findIndex((other) => isSame(other.layer, layer)) : -1;
    const users = [module.start, module.call];
    if (same >= 0) found[same] = joined(found[same], layer!, users);
    else if (layer) found.push({ layer, users });
  }
  const users = usersOfParameters(calls);
  return found.filter((own) => isAlone(own, found, users)).map(({ layer }) => layer);
}

/** A layer with the calls that use its parameters. */
interface UsedLayer {
  readonly layer: AffineLayer;
  readonly users: readonly number[];
}

/** True if some group has units in the module's output. */
function isHidden({ describe }: Trace, { call, channelAxes }: TracedModule): boolean {
  if (!channelAxes) return false;
  const { axes } = describe(call, 0);
  return channelAxes.some(
    (axis) => axes[axis].kind === 'part' || groupsOfAxis(axes[axis]).length > 0,
  );
}

/** The layer of a module; null if its parameters are not found or do not hold one number per channel. */
function layerOf(
  calls: readonly TracedCall[],
  params: Params,
  { call, start, contraction, channelAxes, bias: added }: TracedModule,
): AffineLayer | null {
  if (!contraction || !channelAxes) return null;
  const shape = calls[call].shapes[0];
  const channels = sizeOf(channelAxes.map((axis) => shape[axis]));
  const kernel = weightOf(
    calls,
    params,
    calls[start].inputs[contraction.kernel],
    contraction.kernelAxes,
  );
  const bias = added && biasOf(calls, params, added, shape.length, channelAxes, channels);
  if (!kernel || (added && !bias)) return null;
  return { kind: 'rescale', kernel, bias, channels, taps: [{ call, input: null, channelAxes }] };
}

/** A bias with one number for each channel. */
function biasOf(
  calls: readonly TracedCall[],
  params: Params,
  source: TensorSource,
  rank: number,
  channelAxes: readonly number[],
  channels: number,
): ChannelParameter | null {
  const shape = shapeOf(calls, params, source) ?? [];
  if (sizeOf(shape) !== channels) return null;
  // Axes are aligned at the right, except for the bias of a channels-first convolution.
  const axes = shape.length === 1 ? [0] : channelAxes.map((axis) => axis + shape.length - rank);
  return axes.every((axis) => axis >= 0) ? weightOf(calls, params, source, axes) : null;
}

/** The parameter that a weight comes from. The channel of a value is its row-major index over `axes`. */
function weightOf(
  calls: readonly TracedCall[],
  params: Params,
  source: TensorSource,
  axes: readonly number[],
): ChannelParameter | null {
  const shape = shapeOf(calls, params, source);
  return shape && channelParameter(calls, params, source, channelsOn(shape, axes));
}

function joined(
  { layer, users }: UsedLayer,
  { taps }: AffineLayer,
  more: readonly number[],
): UsedLayer {
  return { layer: { ...layer, taps: [...layer.taps, ...taps] }, users: [...users, ...more] };
}

function isSame(one: AffineLayer, other: AffineLayer): boolean {
  return (
    isSameParameter(one.kernel, other.kernel) &&
    (one.bias === null || other.bias === null
      ? one.bias === other.bias
      : isSameParameter(one.bias, other.bias))
  );
}

function isSameParameter(one: ChannelParameter, other: ChannelParameter): boolean {
  return (
    one.param === other.param &&
    one.channelOf.every((channel, at) => channel === other.channelOf[at])
  );
}

/** True if nothing else uses the layer's values. Other layers may use other parts of its parameters. */
function isAlone(
  { layer, users }: UsedLayer,
  layers: readonly UsedLayer[],
  usersOf: ReadonlyMap<string, ReadonlySet<number>>,
): boolean {
  return [layer.kernel, ...(layer.bias ? [layer.bias] : [])].every((own) => {
    const others = layers.filter(
      (other) =>
        other.layer !== layer && parametersOf(other.layer).some((each) => meets(own, each)),
    );
    const known = layers
      .filter((other) => parametersOf(other.layer).some(({ param }) => param === own.param))
      .flatMap((other) => other.users);
    const all = [...(usersOf.get(own.param) ?? [])];
    return others.length === 0 && all.every((call) => users.includes(call) || known.includes(call));
  });
}

function parametersOf({ kernel, bias }: AffineLayer): ChannelParameter[] {
  return bias ? [kernel, bias] : [kernel];
}

/** True if two layers share a value of a parameter. */
function meets(one: ChannelParameter, other: ChannelParameter): boolean {
  if (one.param !== other.param) return false;
  return one.channelOf.some((channel, at) => channel >= 0 && other.channelOf[at] >= 0);
}

/** The calls that combine each parameter, or a tensor computed from parameters alone, with data. */
function usersOfParameters(calls: readonly TracedCall[]): Map<string, Set<number>> {
  const { isWeight, isData } = dataflowOf(calls);
  const users = new Map<string, Set<number>>();
  const paramsIn = (source: TensorSource): string[] => {
    if (source.kind === 'param') return [source.name];
    if (source.kind !== 'call') return [];
    return Object.values(calls[source.call].inputs).filter(isWeight).flatMap(paramsIn);
  };
  for (const { index, inputs } of calls) {
    const sources = Object.values(inputs);
    if (!sources.some(isData)) continue;
    for (const name of sources.filter(isWeight).flatMap(paramsIn)) {
      users.set(name, (users.get(name) ?? new Set()).add(index));
    }
  }
  return users;
}
