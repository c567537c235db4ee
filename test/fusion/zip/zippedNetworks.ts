import * as tf from '@tensorflow/tfjs-core';
import { groupSizes, type Params, type PermutationSpec, permutationSpec } from 'perm-lmc';
import { type Place, resolveSpec } from '../../../src/symmetry/internal';
import { useBackend } from '../../support/backend';
import { randomTensor } from '../../support/randomTensor';

await useBackend('cpu');

/** A family of small networks with roles, whose forward function takes any widths. */
export interface ZippedNetwork {
  readonly name: string;
  readonly spec: PermutationSpec;
  readonly forward: (params: Params, x: tf.Tensor) => tf.Tensor;
  readonly x: tf.Tensor;
  params(seed: number, sizes?: Readonly<Record<string, number>>): Params;
}

/** 3 → h1 → h2 → 2, with ReLU. */
export const mlp: ZippedNetwork = {
  name: 'an MLP',
  spec: permutationSpec({
    ...{ 'd1/kernel': '_ h1>', 'd1/bias': 'h1>', 'd2/kernel': '>h1 h2>', 'd2/bias': 'h2>' },
    ...{ 'd3/kernel': '>h2 _', 'd3/bias': '_' },
  }),
  forward: (params, x) =>
    tf.tidy(() => {
      const dense = (layer: string, input: tf.Tensor) =>
        tf.add(
          tf.matMul(input as tf.Tensor2D, params[`${layer}/kernel`] as tf.Tensor2D),
          params[`${layer}/bias`],
        );
      return dense('d3', tf.relu(dense('d2', tf.relu(dense('d1', x)))));
    }),
  x: randomTensor([40, 3], 1),
  params: (seed, { h1 = 6, h2 = 8 } = {}) =>
    random(seed, {
      ...{ 'd1/kernel': [3, h1], 'd1/bias': [h1], 'd2/kernel': [h1, h2], 'd2/bias': [h2] },
      ...{ 'd3/kernel': [h2, 2], 'd3/bias': [2] },
    }),
};

/** Two convolutions, the first with batch normalisation, and a dense layer on all pixels. */
export const convNet: ZippedNetwork = {
  name: 'a convolutional network with batch norm',
  spec: permutationSpec({
    'c1/kernel': '_ _ _ c1>',
    ...{
      'bn1/gamma': 'c1>',
      'bn1/beta': 'c1>',
      'bn1/moving_mean': 'c1>',
      'bn1/moving_variance': 'c1>',
    },
    ...{ 'c2/kernel': '_ _ >c1 c2>', 'c2/bias': 'c2>', 'd/kernel': '>(_ c2) _', 'd/bias': '_' },
  }),
  forward: (params, x) =>
    tf.tidy(() => {
      const conv = (input: tf.Tensor, name: string) =>
        tf.conv2d(input as tf.Tensor4D, params[name] as tf.Tensor4D, 1, 'same');
      const [mean, variance, beta, gamma] = ['moving_mean', 'moving_variance', 'beta', 'gamma'].map(
        (each) => params[`bn1/${each}`] as tf.Tensor1D,
      );
      const h1 = tf.relu(tf.batchNorm(conv(x, 'c1/kernel'), mean, variance, beta, gamma, 1e-3));
      const h2 = tf.relu(tf.add(conv(h1, 'c2/kernel'), params['c2/bias']));
      const flat = tf.reshape(h2, [x.shape[0], -1]) as tf.Tensor2D;
      return tf.add(tf.matMul(flat, params['d/kernel'] as tf.Tensor2D), params['d/bias']);
    }),
  x: randomTensor([20, 4, 4, 2], 2),
  params: (seed, { c1 = 5, c2 = 4 } = {}) =>
    random(seed, {
      'c1/kernel': [3, 3, 2, c1],
      ...{
        'bn1/gamma': [c1],
        'bn1/beta': [c1],
        'bn1/moving_mean': [c1],
        'bn1/moving_variance': [c1],
      },
      ...{ 'c2/kernel': [3, 3, c1, c2], 'c2/bias': [c2], 'd/kernel': [16 * c2, 3], 'd/bias': [3] },
    }),
};

/** A stream s with two blocks h1, h2, a layer t above it, and the outputs. */
export const residual: ZippedNetwork = {
  name: 'a residual network',
  spec: permutationSpec({
    embed: '_ s>',
    ...{ 'b1/in': '>s h1>', 'b1/out': '>h1 s>', 'b2/in': '>s h2>', 'b2/out': '>h2 s>' },
    ...{ 'mid/kernel': '>s t>', last: '>t _' },
  }),
  forward: (params, x) =>
    tf.tidy(() => {
      const times = (input: tf.Tensor, name: string) =>
        tf.matMul(input as tf.Tensor2D, params[name] as tf.Tensor2D);
      let stream: tf.Tensor = times(x, 'embed');
      for (const block of ['b1', 'b2']) {
        stream = tf.add(stream, times(tf.relu(times(stream, `${block}/in`)), `${block}/out`));
      }
      return times(tf.relu(times(stream, 'mid/kernel')), 'last');
    }),
  x: randomTensor([40, 6], 3),
  params: (seed, { s = 5, h1 = 7, h2 = 6, t = 4 } = {}) =>
    random(seed, {
      embed: [6, s],
      ...{ 'b1/in': [s, h1], 'b1/out': [h1, s], 'b2/in': [s, h2], 'b2/out': [h2, s] },
      ...{ 'mid/kernel': [s, t], last: [t, 3] },
    }),
};

/** Normal values with variance 1 / inputs; those of variances are positive. */
function random(seed: number, shapes: Readonly<Record<string, readonly number[]>>): Params {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape], i) => {
      const inputs = shape.slice(0, -1).reduce((product, size) => product * size, 1);
      const values = randomTensor(shape, 100 * seed + i, 1 / Math.sqrt(inputs));
      if (!name.endsWith('variance')) return [name, values];
      return [name, tf.tidy(() => tf.add(tf.square(values), 0.5))];
    }),
  );
}

/**
 * The same function with half as many units again in every group: the first ones are there twice, each with half of
 * what reads them. Also the sizes without the copies.
 */
export function copiesOf({ spec }: ZippedNetwork, params: Params) {
  const sizes = groupSizes(spec, params);
  const { places } = resolveSpec(spec, params);
  const copied = Object.entries(params).map(([name, tensor]) => {
    const own = places.filter(({ param }) => param === name);
    return [name, own.reduce((each, place) => withCopies(each, place), tensor)] as const;
  });
  return { params: Object.fromEntries(copied), sizes };
}

/** Units that are the fastest index of their axis, the first half of them again at the end. */
function withCopies(tensor: tf.Tensor, { axis, units, role }: Place): tf.Tensor {
  const half = Math.floor(units / 2);
  const sources = Array.from({ length: units + half }, (_, unit) => unit % units);
  const blocks = tensor.shape[axis] / units;
  const positions = Array.from({ length: blocks }, (_, block) =>
    sources.map((unit) => block * units + unit),
  ).flat();
  const factors = positions.map((at) => (role === 'consumer' && at % units < half ? 0.5 : 1));
  const shape = tensor.shape.map((_, at) => (at === axis ? positions.length : 1));
  return tf.tidy(() =>
    tf.mul(tf.gather(tensor, tf.tensor1d(positions, 'int32'), axis), tf.tensor(factors, shape)),
  );
}
