import { tensor, tidy } from '@tensorflow/tfjs-core';
import { assertOptions } from '../checks';
import { named } from '../errors';
import type { Params } from '../params';
import { mapParams } from '../params/internal';
import { type RandomSource, randomSource } from '../runtime';
import { assertMask, countZeros, readMask } from './assertMask';

/**
 * A random mask that prunes exactly as many weights of every parameter as a given one; all choices are equally
 * likely. It is the control that shows the worth of a mask beyond its density by layer.
 *
 * @param mask - Zeros and ones, as {@link magnitudeMask} makes it; left as it is.
 * @param options - `seed`, an integer; default 0. The same seed gives the same mask in every process.
 * @returns New tensors; the caller disposes them.
 * @throws InvalidInputError when the mask is not float32 or has other values than 0 and 1, or the seed
 * is not an integer.
 * @see Frankle & Carbin 2019, The lottery ticket hypothesis (arXiv 1803.03635).
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { randomMask } from 'perm-lmc';
 *
 * const random = await randomMask({ w: tf.tensor1d([0, 0, 0, 1, 1]) }, { seed: 1 });
 * await random.w.data(); // three zeros and two ones
 * ```
 */
export async function randomMask(mask: Params, options: { seed?: number } = {}): Promise<Params> {
  return named('randomMask', async () => {
    assertOptions(options, { seed: true });
    const { seed = 0 } = options;
    assertMask(mask);
    const random = randomSource(seed);
    const values = await readMask(mask);
    return tidy(() =>
      mapParams(mask, ({ shape }, name) =>
        tensor(randomLike(values[name], random), shape, 'float32'),
      ),
    );
  });
}

/** As many zeros and ones as in `values`, at random: a place is 0 with probability zeros left / places left. */
function randomLike(values: Float32Array, random: RandomSource): Float32Array {
  const result = new Float32Array(values.length).fill(1);
  let zeros = countZeros(values);
  for (let i = 0; zeros > 0; i++) {
    if (random.below(values.length - i) >= zeros) continue;
    result[i] = 0;
    zeros--;
  }
  return result;
}
