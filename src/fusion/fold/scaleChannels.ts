import { clone, tensor, tidy } from '@tensorflow/tfjs-core';
import type { Params } from '../../params';
import { mapParams } from '../../params/internal';
import { channelsOn, type NormProducer } from '../../repair/internal';
import { read } from '../../runtime';

/** A scale for each channel on some axes of a parameter. */
export interface ChannelScale {
  readonly producer: NormProducer;
  /** `[channels]`. */
  readonly scale: Float64Array;
}

/** The same scale on all that is before a normalisation: the kernels, their biases, and the moving mean. */
export function normScales(
  mean: string,
  producers: readonly NormProducer[],
  params: Params,
  scale: Float64Array,
): ChannelScale[] {
  const own = { param: mean, axes: [0], channelOf: Int32Array.from(scale, (_, c) => c) };
  const biases = producers.flatMap((producer) => {
    const param = biasOf(producer, params);
    return param === null ? [] : [{ ...producer, param, axes: [0] }];
  });
  return [...producers, ...biases, own].map((producer) => ({ producer, scale }));
}

/** The bias of a kernel's layer, of one value for each output; null if there is none. */
function biasOf({ param, axes, channelOf }: NormProducer, params: Params): string | null {
  const bias = param.replace(/(weight|kernel)(:\d+)?$/, 'bias$2');
  if (bias === param || axes.length !== 1 || !Object.hasOwn(params, bias)) return null;
  return params[bias].shape.join() === `${channelOf.length}` ? bias : null;
}

/**
 * The params with some scaled by channel and others replaced.
 *
 * @returns New tensors for all parameters.
 */
export async function scaleChannels(
  params: Params,
  scales: readonly ChannelScale[],
  replaced: ReadonlyMap<string, Float64Array>,
): Promise<Params> {
  const changed = new Map<string, Float32Array>();
  for (const { producer, scale } of scales) {
    const { param, axes, channelOf } = producer;
    const values = changed.get(param) ?? Float32Array.from(await read(params[param]));
    channelsOn(params[param].shape, axes).forEach((at, i) => {
      if (channelOf[at] >= 0) values[i] *= scale[channelOf[at]];
    });
    changed.set(param, values);
  }
  for (const [name, own] of replaced) changed.set(name, Float32Array.from(own));
  return tidy(() =>
    mapParams(params, (each, name) => {
      const values = changed.get(name);
      return values ? tensor(values, each.shape, 'float32') : clone(each);
    }),
  );
}
