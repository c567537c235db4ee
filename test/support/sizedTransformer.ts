import * as tf from '@tensorflow/tfjs-core';
import { type Params, type PermutationSpec, permutationSpec } from 'perm-lmc';
import { randomSource } from '../../src/runtime/randomSource';
import { uniform } from './agreeingNetworks';
import { affine, product } from './lastAxis';

/** The widths of {@link sizedTransformer}: heads and dimensions inside each head. */
interface TransformerWidths {
  readonly stream: number;
  readonly heads: number;
  readonly keys: number;
  readonly values: number;
  readonly hidden: number;
}

/** A transformer whose forward pass reads all widths from its params. */
export interface SizedTransformer {
  readonly spec: PermutationSpec;
  readonly forward: (params: Params, x: tf.Tensor) => tf.Tensor;
  readonly params: (widths: TransformerWidths, seed: number) => Params;
}

/**
 * One block of attention and an MLP in a residual stream, with a norm before each and before the head.
 *
 * @param epsilon - The ε of the norms.
 */
export function sizedTransformer(norm: 'layerNorm' | 'rmsNorm', epsilon = 1e-5): SizedTransformer {
  const normed = norm === 'layerNorm' ? layerNormed : rmsNormed;
  const patterns = {
    ...{ embed: '_ e>', 'n1/gamma': 'e>', 'n1/beta': 'e>' },
    ...{ q: '>e h> d[h]>', 'q/bias': 'h> d[h]>', k: '>e h> d[h]>', 'k/bias': 'h> d[h]>' },
    ...{ v: '>e h> v[h]>', o: '>(h v[h]) e>', 'n2/gamma': 'e>', 'n2/beta': 'e>' },
    ...{ up: '>e m>', 'up/bias': 'm>', down: '>m e>', 'down/bias': 'e>' },
    ...{ 'n3/gamma': 'e>', 'n3/beta': 'e>', head: '>e _' },
  };
  return {
    spec: permutationSpec(patterns, { joint: { e: [norm], d: ['dotProduct'] } }),
    forward: (params, x) =>
      tf.tidy(() => {
        const e = product(x, params.embed);
        const attended = tf.add(e, attention(params, normed(params, 'n1', e, epsilon)));
        const m = tf.relu(affine(params, 'up', normed(params, 'n2', attended, epsilon)));
        const after = tf.add(attended, affine(params, 'down', m));
        return product(normed(params, 'n3', after, epsilon), params.head);
      }),
    params({ stream, heads, keys, values, hidden }, seed) {
      const random = randomSource(seed);
      const shapes: Record<string, number[]> = {
        ...{ embed: [5, stream], 'n1/gamma': [stream], 'n1/beta': [stream] },
        ...{ q: [stream, heads, keys], 'q/bias': [heads, keys] },
        ...{ k: [stream, heads, keys], 'k/bias': [heads, keys], v: [stream, heads, values] },
        ...{ o: [heads * values, stream], 'n2/gamma': [stream], 'n2/beta': [stream] },
        ...{ up: [stream, hidden], 'up/bias': [hidden], down: [hidden, stream] },
        ...{ 'down/bias': [stream], 'n3/gamma': [stream], 'n3/beta': [stream], head: [stream, 3] },
      };
      return Object.fromEntries(
        Object.entries(shapes).map(([name, shape]) => {
          const size = shape.reduce((product, n) => product * n, 1);
          const data = Array.from({ length: size }, () => uniform(random));
          return [name, tf.tensor(data, shape)];
        }),
      );
    },
  };
}

function attention(params: Params, x: tf.Tensor): tf.Tensor {
  const [batch, tokens] = x.shape;
  const heads = params.q.shape[1]!;
  const project = (name: string) => {
    const kernel = tf.reshape(params[name], [params[name].shape[0], -1]);
    const flat = product(x, kernel);
    const bias = params[`${name}/bias`];
    const sum = bias ? tf.add(flat, tf.reshape(bias, [-1])) : flat;
    return tf.transpose(tf.reshape(sum, [batch, tokens, heads, -1]), [0, 2, 1, 3]);
  };
  const [q, k, v] = ['q', 'k', 'v'].map(project);
  const scores = tf.div(tf.matMul(q, k, false, true), Math.sqrt(params.q.shape[2]!));
  const mixed = tf.transpose(tf.matMul(tf.softmax(scores), v), [0, 2, 1, 3]);
  return product(tf.reshape(mixed, [batch, tokens, -1]), params.o);
}

function layerNormed(params: Params, name: string, x: tf.Tensor, epsilon: number): tf.Tensor {
  const { mean, variance } = tf.moments(x, -1, true);
  const scaled = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, epsilon)));
  return tf.add(tf.mul(scaled, params[`${name}/gamma`]), params[`${name}/beta`]);
}

function rmsNormed(params: Params, name: string, x: tf.Tensor, epsilon: number): tf.Tensor {
  const scaled = tf.div(x, tf.sqrt(tf.add(tf.mean(tf.square(x), -1, true), epsilon)));
  return tf.add(tf.mul(scaled, params[`${name}/gamma`]), params[`${name}/beta`]);
}
