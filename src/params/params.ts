import type { NamedTensorMap } from '@tensorflow/tfjs-core';

/**
 * The parameters of a network: a flat record, name → tensor. No function of this library changes or disposes
 * the params passed to it. The caller owns the params that a function returns and disposes them with
 * `tf.dispose(params)`.
 */
export type Params = NamedTensorMap;
