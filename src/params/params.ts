import type { NamedTensorMap } from '@tensorflow/tfjs-core';

/**
 * The parameters of a network: a flat record, name → tensor. No function of this library changes or
 * disposes the params that it is given; the params that it returns belong to the caller, who
 * disposes them with `tf.dispose(params)`.
 */
export type Params = NamedTensorMap;
