import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { convolutionsOf, type LayerNormNetwork } from '../../layerNorm/layerNormNetwork';

/** The place of all parameters in one array, where kernels lie as `convolve` reads them. */
export interface ParameterLayout {
  /** Of all parameters together, a multiple of 4. */
  readonly count: number;
  /** The index of the first value of a parameter. */
  offsetOf(name: string): number;
  /** An array of the values of parameters; those that are missing are `absent` throughout, an error without it. */
  pack(params: Params, absent?: number): Promise<Float32Array>;
  /** New tensors of the values. */
  unpack(from: Float32Array): Params;
}

interface Place {
  readonly offset: number;
  readonly shape: number[];
  /** The index in the array, relative to the offset, of each value in PyTorch's order. */
  readonly order: Int32Array | null;
}

/** The layout of the parameters of a network. */
export function parameterLayout(network: LayerNormNetwork): ParameterLayout {
  const places: Record<string, Place> = {};
  let count = 0;
  const place = (name: string, shape: number[], order: Int32Array | null = null) => {
    places[name] = { offset: count, shape, order };
    count += 4 * Math.ceil(tf.util.sizeFromShape(shape) / 4);
  };
  for (const { conv, norm, inputs, channels, kernel } of convolutionsOf(network)) {
    place(
      `${conv}.weight`,
      [channels, inputs, kernel, kernel],
      kernelOrder(channels, inputs, kernel ** 2),
    );
    place(`${norm}.weight`, [channels]);
    place(`${norm}.bias`, [channels]);
  }
  place('fc.weight', [network.classes, network.features]);
  place('fc.bias', [network.classes]);
  return {
    count,
    offsetOf: (name) => places[name].offset,
    pack: async (params, absent) => {
      const to = new Float32Array(count).fill(absent ?? 0);
      const missing = Object.keys(places).find((name) => !Object.hasOwn(params, name));
      if (missing && absent === undefined) throw new Error(`parameter '${missing}' is missing`);
      for (const [name, tensor] of Object.entries(params)) {
        writePlace(placeOf(places, name, tensor), await tensor.data(), to);
      }
      return to;
    },
    unpack: (from) => {
      const tensorAt = ({ shape, ...place }: Place) =>
        tf.tensor(readPlace(place, shape, from), shape);
      return Object.fromEntries(Object.entries(places).map(([name, at]) => [name, tensorAt(at)]));
    },
  };
}

/** [channels, inputs, taps] to [channels / 4, taps, inputs, 4]. */
function kernelOrder(channels: number, inputs: number, taps: number): Int32Array {
  const order = new Int32Array(channels * inputs * taps);
  let from = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (let input = 0; input < inputs; input++) {
      for (let tap = 0; tap < taps; tap++) {
        order[from++] = 4 * (((channel >> 2) * taps + tap) * inputs + input) + (channel & 3);
      }
    }
  }
  return order;
}

function placeOf(places: Record<string, Place>, name: string, { shape }: tf.Tensor): Place {
  if (!Object.hasOwn(places, name)) throw new Error(`the network has no parameter '${name}'`);
  const place = places[name];
  if (!tf.util.arraysEqual(place.shape, shape))
    throw new Error(`'${name}' must have the shape [${place.shape}], received [${shape}]`);
  return place;
}

function writePlace({ offset, order }: Place, values: ArrayLike<number>, to: Float32Array): void {
  for (let i = 0; i < values.length; i++) to[offset + (order ? order[i] : i)] = values[i];
}

function readPlace(
  { offset, order }: Omit<Place, 'shape'>,
  shape: number[],
  from: Float32Array,
): Float32Array {
  const size = tf.util.sizeFromShape(shape);
  return Float32Array.from({ length: size }, (_, i) => from[offset + (order ? order[i] : i)]);
}
