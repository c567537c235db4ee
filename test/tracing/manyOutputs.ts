import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { randomSource } from '../../src/runtime/randomSource';
import { normal, randomProgram } from './randomPrograms';

/** A random network of several outputs, whose scales and offsets are far apart. */
export interface ManyOutputs {
  readonly params: Params;
  readonly x: tf.Tensor;
  /** scale · output + offset for each. */
  readonly forward: (params: Params, x: tf.Tensor) => tf.Tensor[];
  /** The outputs as they come, of ordinary size. */
  readonly plain: (params: Params, x: tf.Tensor) => tf.Tensor[];
  readonly text: string;
}

/**
 * The random network of this seed with one to three heads more, each a matrix over what some layer gives.
 * Scales are from 1e-3 to 1e4, offsets up to a hundred times the scale; they are parameters.
 */
export function manyOutputs(seed: number): ManyOutputs {
  const { params: own, x, tensors, text } = randomProgram(seed);
  const random = randomSource(seed, 8);
  const layers = tf.tidy(() => tensors(own, x).map(({ size }) => size));
  const params: Record<string, tf.Tensor> = { ...own };
  const small = layers.flatMap((size, i) => (size <= 600 ? [i] : []));
  const taps = Array.from({ length: 1 + random.below(3) }, () => small[random.below(small.length)]);
  const outputs = taps.length + 1;
  for (const [k, tap] of taps.entries()) {
    const n = layers[tap] / 2;
    params[`head${k}`] = tf.mul(normal([n, 3], random), 1 / Math.sqrt(n));
  }
  const scales = Array.from({ length: outputs }, () => 10 ** (random.below(8) - 3));
  const offsets = scales.map((scale) => scale * [0, 1, -10, 100][random.below(4)]);
  scales.forEach((scale, k) => {
    params[`scale${k}`] = tf.scalar(scale);
    params[`offset${k}`] = tf.scalar(offsets[k]);
  });
  const plain = (p: Params, input: tf.Tensor) => {
    const all = tensors(p, input);
    const heads = taps.map((tap, k) =>
      tf.matMul(tf.reshape(all[tap], [2, -1]) as tf.Tensor2D, p[`head${k}`] as tf.Tensor2D),
    );
    return [all.at(-1)!, ...heads];
  };
  const forward = (p: Params, input: tf.Tensor) =>
    plain(p, input).map((y, k) => tf.add(tf.mul(y, p[`scale${k}`]), p[`offset${k}`]));
  const list = scales.map((scale, k) => `${scale}·y${k} + ${offsets[k]}`).join(', ');
  return { params, x, forward, plain, text: `${text} | ${list}` };
}
