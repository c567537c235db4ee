import { add, scalar, type Tensor } from '@tensorflow/tfjs-core';

/**
 * The tensor as float32. It is computed as a sum, because tfjs-webgpu casts without writing floats: kernels that read
 * its memory as it is, such as a transpose, then fail.
 */
export function floatTensor(x: Tensor): Tensor {
  return x.dtype === 'float32' ? x : add(x, scalar(0, 'float32'));
}
