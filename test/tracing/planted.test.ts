import * as tf from '@tensorflow/tfjs-core';
import {
  invertPermutations,
  type Params,
  permute,
  randomPermutations,
  weightMatch,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { traceForward } from '../../src/tracing/capture/trace';
import { useBackend } from '../support/backend';
import { randomTensor } from '../support/randomTensor';
import { randomInput, randomParams } from './network';
import { programs } from './programs';

await useBackend('cpu');

/** A copy with noise of a fiftieth of each parameter's spread. */
function withNoise(params: Params): Params {
  return tf.tidy(() =>
    Object.fromEntries(
      Object.entries(params).map(([name, x], i) => {
        const spread = tf.sqrt(tf.mean(tf.square(x)));
        const noise = randomTensor(x.shape, 100 + i, 0.02);
        return [name, tf.add(x, tf.mul(noise, spread))];
      }),
    ),
  );
}

const distance = (a: Params, b: Params): number =>
  tf.tidy(() =>
    Object.keys(a).reduce(
      (sum, name) => sum + tf.sum(tf.square(tf.sub(a[name], b[name]))).dataSync()[0],
      0,
    ),
  );

describe('weight matching undoes what was done to a network, on its derived spec', () => {
  it.each(Object.entries(programs))('%s', async (_, program) => {
    const a = randomParams(program.shapes);
    const { spec } = traceForward(program.forward, a, randomInput(program));
    const shuffle = randomPermutations(spec, a, { seed: 11 });
    const noisy = withNoise(a);
    const b = permute(spec, noisy, shuffle);
    const { permutations } = await weightMatch(spec, a, b, { restarts: 8, seed: 1 });
    const aligned = permute(spec, b, permutations);
    // As near as the noisy copy in its own order is; nothing but the noise is left.
    expect(distance(a, aligned)).toBeLessThan(1.0001 * distance(a, noisy));
    expect(Object.keys(permutations)).toEqual(Object.keys(invertPermutations(shuffle)));
  });
});
