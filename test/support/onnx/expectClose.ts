import type * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';

/** Expects tensors of one shape whose largest difference is at most 10⁻⁴ of the largest value, or of 1. */
export async function expectClose(found: tf.Tensor, expected: tf.Tensor): Promise<void> {
  expect(found.shape).toEqual(expected.shape);
  const [own, its] = [await found.data(), await expected.data()];
  let [scale, worst] = [1, 0];
  for (let i = 0; i < its.length; i++) {
    scale = Math.max(scale, Math.abs(its[i]));
    worst = Math.max(worst, Math.abs(own[i] - its[i]));
  }
  expect(worst).toBeLessThan(1e-4 * scale);
}
