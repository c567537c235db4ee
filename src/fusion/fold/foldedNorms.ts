import { clone, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import type { Params } from '../../params';
import { mapParams } from '../../params/internal';
import { channelsOn, type NormProducer, normProducers } from '../../repair/internal';
import { read } from '../../runtime';
import { type ResolvedSpec, shapesOf } from '../../symmetry/internal';

/** A batch normalisation that is folded, with what it had before, per channel. */
export interface FoldedNorm {
  readonly mean: string;
  readonly variance: string;
  readonly gamma: string;
  /** `[channels]`: γ; its size is the standard deviation of the outputs. */
  readonly gain: Float64Array;
  /** `[channels]`: the moving variance plus ε. */
  readonly spread: Float64Array;
  /** `[channels]`: the estimated variance of the inputs as they are now: γ² before units merge. */
  readonly estimate: Float64Array;
}

/** A network whose batch normalisations are in their kernels. */
export interface NormalisedNetwork {
  readonly params: Params;
  readonly norms: readonly FoldedNorm[];
}

/**
 * Moves batch normalisations whose channels are units of the groups into the kernels before them:
 *
 *     W ← s W,  b ← s b,  mean ← s·mean,  var ← 1 − ε,  γ ← 1,     s = γ / √(var + ε)
 *
 * The function stays the same, and units are compared by what they compute. Normalisations whose kernels or γ are not
 * found stay as they are.
 *
 * @returns New tensors for all parameters.
 */
export async function moveNorms(
  resolved: ResolvedSpec,
  params: Params,
  groups: ReadonlySet<string>,
  epsilon: number,
): Promise<NormalisedNetwork> {
  const factors = new Map<string, Factor[]>();
  const values = new Map<string, Float64Array>();
  const norms: FoldedNorm[] = [];
  const own = resolved.places.filter(({ group }) => groups.has(group));
  const isFolded = (name: string) => own.some(({ param }) => param === name);
  for (const { layer, mean, variance, producers } of normProducers(resolved, shapesOf(params))) {
    const gamma = besideOf(mean, layer, params);
    if (producers === null || gamma === null || !isFolded(mean)) continue;
    const gain = Float64Array.from(await read(params[gamma]));
    const spread = Float64Array.from(await read(params[variance]), (value) => value + epsilon);
    if (spread.some((value) => !(value > 0))) continue;
    const scale = gain.map((value, c) => value / Math.sqrt(spread[c]));
    for (const producer of producers) {
      addTo(factors, producer.param, { producer, scale });
      const bias = biasOf(producer, params);
      if (bias !== null) addTo(factors, bias, { producer: { ...producer, axes: [0] }, scale });
    }
    addTo(factors, mean, { producer: ownChannels(mean, gain.length), scale });
    values.set(variance, new Float64Array(gain.length).fill(1 - epsilon));
    values.set(gamma, new Float64Array(gain.length).fill(1));
    norms.push({ mean, variance, gamma, gain, spread, estimate: gain.map((value) => value ** 2) });
  }
  return { params: await scaled(params, factors, values), norms };
}

/**
 * Moves the normalisations out of the kernels again: each channel gets the mean of its members' moving variances and γ,
 * and its kernel the scale at which it has that variance by the estimate. `isCorrected`: the outputs have the standard
 * deviation |γ|; else that of the estimate.
 */
export async function restoreNorms(
  resolved: ResolvedSpec,
  { params, norms }: NormalisedNetwork,
  isCorrected: boolean,
  epsilon: number,
): Promise<Params> {
  const factors = new Map<string, Factor[]>();
  const values = new Map<string, Float64Array>();
  const found = normProducers(resolved, shapesOf(params));
  for (const { mean, variance, gamma, gain, spread, estimate } of norms) {
    const producers = found.find((norm) => norm.mean === mean)?.producers ?? [];
    const deviation = estimate.map((value, c) =>
      value > 1e-12 * gain[c] ** 2 ? Math.sqrt(value) : 0,
    );
    const sign = gain.map((value) => (value < 0 ? -1 : 1));
    const scale = deviation.map((value, c) =>
      value > 0 ? (sign[c] * Math.sqrt(spread[c])) / value : 0,
    );
    for (const producer of producers) {
      addTo(factors, producer.param, { producer, scale });
      const bias = biasOf(producer, params);
      if (bias !== null) addTo(factors, bias, { producer: { ...producer, axes: [0] }, scale });
    }
    addTo(factors, mean, { producer: ownChannels(mean, gain.length), scale });
    values.set(
      variance,
      spread.map((value) => value - epsilon),
    );
    values.set(gamma, isCorrected ? gain : deviation.map((value, c) => sign[c] * value));
  }
  return scaled(params, factors, values);
}

/** A scale for each channel of a kernel. */
interface Factor {
  readonly producer: NormProducer;
  readonly scale: Float64Array;
}

function addTo(factors: Map<string, Factor[]>, name: string, factor: Factor): void {
  factors.set(name, [...(factors.get(name) ?? []), factor]);
}

function ownChannels(param: string, channels: number): NormProducer {
  return { param, axes: [0], channelOf: Int32Array.from({ length: channels }, (_, c) => c) };
}

/** The params with some scaled by channel and others replaced. */
async function scaled(
  params: Params,
  factors: ReadonlyMap<string, readonly Factor[]>,
  values: ReadonlyMap<string, Float64Array>,
): Promise<Params> {
  const changed = new Map<string, Float32Array>();
  for (const [name, own] of factors) {
    const result = Float32Array.from(await read(params[name]));
    for (const { producer, scale } of own) {
      channelsOn(params[name].shape, producer.axes).forEach((at, i) => {
        const channel = producer.channelOf[at];
        if (channel >= 0) result[i] *= scale[channel];
      });
    }
    changed.set(name, result);
  }
  for (const [name, own] of values) changed.set(name, Float32Array.from(own));
  return tidy(() => mapParams(params, (each, name) => replaced(each, changed.get(name))));
}

function replaced(before: Tensor, values: Float32Array | undefined): Tensor {
  return values ? tensor(values, before.shape, 'float32') : clone(before);
}

/** γ of a normalisation: the parameter of its layer named weight or gamma; null if there is none. */
function besideOf(mean: string, layer: string, params: Params): string | null {
  const separator = layer === '' ? '' : mean.charAt(layer.length);
  const suffix = /:\d+$/.exec(mean)?.[0] ?? '';
  const name = mean.includes('running_mean') ? 'weight' : 'gamma';
  const gamma = layer + separator + name + suffix;
  return Object.hasOwn(params, gamma) && params[gamma].shape.join() === params[mean].shape.join()
    ? gamma
    : null;
}

/** The bias of a kernel's layer, of one value for each output; null if there is none. */
function biasOf({ param, axes, channelOf }: NormProducer, params: Params): string | null {
  const bias = param.replace(/(weight|kernel)(:\d+)?$/, 'bias$2');
  if (bias === param || axes.length !== 1 || !Object.hasOwn(params, bias)) return null;
  return params[bias].shape.join() === `${channelOf.length}` ? bias : null;
}
