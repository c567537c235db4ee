import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';

/** A copy with noise of this standard deviation on every float. */
export function withNoise(params: Params, deviation: number, seed: number): Params {
  return tf.tidy(() =>
    Object.fromEntries(
      Object.entries(params).map(([name, x], i) => [
        name,
        x.dtype === 'float32'
          ? tf.add(x, tf.randomNormal(x.shape, 0, deviation, 'float32', seed * 100 + i + 1))
          : tf.clone(x),
      ]),
    ),
  );
}
