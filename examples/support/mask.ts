import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';

/** The params with 0 at every zero of the mask: new tensors for the parameters that it names. */
export function applyMask(params: Params, mask: Params): Params {
  return tf.tidy(() => {
    const masked = { ...params };
    // Adding 0 turns −0 into 0, so that masked weights are the same number everywhere.
    for (const name of Object.keys(mask)) {
      if (name in params) masked[name] = tf.add(tf.mul(params[name], mask[name]), 0);
    }
    return masked;
  });
}

/** Throws where the mask names a parameter that is not there or has another shape. */
export function assertMask(mask: Params, params: Params, caller = 'trainNetwork'): void {
  for (const [name, { shape }] of Object.entries(mask)) {
    const expected = params[name]?.shape;
    if (expected?.join() === shape.join()) continue;
    throw new Error(
      `${caller}: mask['${name}'] has shape [${shape}], the parameter ${expected ? `[${expected}]` : 'does not exist'}. Give a mask the names and shapes of the params`,
    );
  }
}
