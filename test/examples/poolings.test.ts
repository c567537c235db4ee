import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { networkOfName, vgg16 } from '../../examples/support/layerNorm/architectures';
import { forwardOf } from '../../examples/support/layerNorm/forwardOf';
import { initialParams } from '../../examples/support/layerNorm/initialParams';
import { useBackend } from '../support/backend';

await useBackend('wasm');

/** The greatest change of a logit when the kernels of conv13 lose all their weights but those in the middle. */
function changeWithoutBorder(poolings: number): number {
  return tf.tidy(() => {
    const network = vgg16(16, poolings);
    const params: Params = initialParams(network, 1);
    const middle = tf.pad(tf.ones([1, 1]), [
      [1, 1],
      [1, 1],
    ]);
    const without = { ...params, 'conv13.weight': tf.mul(params['conv13.weight'], middle) };
    const images = tf.randomNormal([2, 16, 16, 3], 0, 1, 'float32', 1);
    const forward = forwardOf(network);
    const [change] = tf
      .max(tf.abs(tf.sub(forward(params, images), forward(without, images))))
      .dataSync();
    return change;
  });
}

describe('VGG-16 on images of 16 × 16', () => {
  it('uses all weights of its last block with pooling after three blocks', () => {
    expect(changeWithoutBorder(3)).toBeGreaterThan(1e-3);
  });

  it('uses only the weights in the middle with pooling after four', () => {
    expect(changeWithoutBorder(4)).toBe(0);
  });

  it.each(['vgg16-1/8', 'vgg16-1/8-pool3'])('has the name %s, by which it is found', (name) => {
    expect(networkOfName(name).name).toBe(name);
  });
});
