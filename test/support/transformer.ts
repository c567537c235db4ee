import * as tf from '@tensorflow/tfjs-core';
import { type Params, permutationSpec } from 'perm-lmc';
import { affine, product } from './lastAxis';
import type { PlantedFamily } from './plantedFamily';

const [STREAM, HEADS, INNER, HIDDEN, TOKENS] = [32, 4, 8, 64, 6];

/** Two blocks of attention and an MLP in a residual stream, a layer normalisation before each. */
export const transformer: PlantedFamily = {
  name: 'transformer',
  spec: permutationSpec(
    {
      embed: '_ e',
      ...Object.assign(
        {},
        ...[1, 2].map((l) => ({
          [`norm${l}/gamma`]: 'e',
          [`norm${l}/beta`]: 'e',
          [`query${l}`]: `e (h${l} d${l}[h${l}])`,
          [`key${l}`]: `e (h${l} d${l}[h${l}])`,
          [`value${l}`]: `e (h${l} v${l}[h${l}])`,
          [`join${l}`]: `(h${l} v${l}[h${l}]) e`,
          [`innerNorm${l}/gamma`]: 'e',
          [`innerNorm${l}/beta`]: 'e',
          [`up${l}`]: `e m${l}`,
          [`up${l}/bias`]: `m${l}`,
          [`down${l}`]: `m${l} e`,
          [`down${l}/bias`]: 'e',
        })),
      ),
      head: 'e _',
    },
    { sizes: { h1: HEADS, h2: HEADS } },
  ),
  shapes: {
    embed: [10, STREAM],
    ...Object.assign(
      {},
      ...[1, 2].map((l) => ({
        [`norm${l}/gamma`]: [STREAM],
        [`norm${l}/beta`]: [STREAM],
        [`query${l}`]: [STREAM, HEADS * INNER],
        [`key${l}`]: [STREAM, HEADS * INNER],
        [`value${l}`]: [STREAM, HEADS * INNER],
        [`join${l}`]: [HEADS * INNER, STREAM],
        [`innerNorm${l}/gamma`]: [STREAM],
        [`innerNorm${l}/beta`]: [STREAM],
        [`up${l}`]: [STREAM, HIDDEN],
        [`up${l}/bias`]: [HIDDEN],
        [`down${l}`]: [HIDDEN, STREAM],
        [`down${l}/bias`]: [STREAM],
      })),
    ),
    head: [STREAM, 10],
  },
  inputShape: [TOKENS, 10],
  forward: (params, x) =>
    tf.tidy(() => {
      let h = product(x, params.embed);
      for (const l of [1, 2]) {
        h = tf.add(h, attention(params, l, layerNormalised(params, `norm${l}`, h)));
        const inner = affine(params, `up${l}`, layerNormalised(params, `innerNorm${l}`, h));
        h = tf.add(h, affine(params, `down${l}`, tf.relu(inner)));
      }
      return product(tf.mean(h, 1), params.head);
    }),
};

function layerNormalised(params: Params, name: string, x: tf.Tensor): tf.Tensor {
  const { mean, variance } = tf.moments(x, -1, true);
  const scaled = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5)));
  return tf.add(tf.mul(scaled, params[`${name}/gamma`]), params[`${name}/beta`]);
}

function attention(params: Params, l: number, x: tf.Tensor): tf.Tensor {
  const heads = (name: string) =>
    tf.transpose(
      tf.reshape(product(x, params[`${name}${l}`]), [-1, TOKENS, HEADS, INNER]),
      [0, 2, 1, 3],
    );
  const scores = tf.matMul(heads('query'), tf.transpose(heads('key'), [0, 1, 3, 2]));
  const mixed = tf.matMul(tf.softmax(tf.div(scores, Math.sqrt(INNER))), heads('value'));
  const joined = tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [-1, TOKENS, HEADS * INNER]);
  return product(joined, params[`join${l}`]);
}
