import * as tf from '@tensorflow/tfjs-core';
import { fromQuarters, quartersOf } from './quarters';

/**
 * The gradient of the kernel [out, in, k, k] of a convolution of x [n, h, w, in] with ⌊k/2⌋ zeros on every side,
 * given δ = ∂loss/∂y [n, h', w', out]:
 *
 *     ∂loss/∂weight[o, c, i, j] = Σ_{n,p,q} x̃[n, s·p + i, s·q + j, c] δ[n, p, q, o]      s: the stride
 *
 * This is a convolution too, in which channels take the place of samples and samples the place of channels: of x̃
 * with δ as a kernel whose entries lie s apart. (There is no kernel for it on wasm.)
 */
export function kernelGradient(
  x: tf.Tensor4D,
  delta: tf.Tensor4D,
  { kernel, stride }: { kernel: number; stride: number },
): tf.Tensor4D {
  if (kernel === 1 && stride === 2) {
    return kernelGradient(quartersOf(x)[0], delta, { kernel, stride: 1 });
  }
  const before = (kernel - 1) / 2;
  const pad = (axis: 1 | 2): [number, number] => {
    const length = stride * (delta.shape[axis] - 1) + kernel;
    return [before, length - before - x.shape[axis]];
  };
  const padded = kernel === 1 ? x : tf.pad(x, [[0, 0], pad(1), pad(2), [0, 0]]);
  const samplesLast = tf.transpose(padded, [3, 1, 2, 0]) as tf.Tensor4D;
  const asKernel = tf.transpose(delta, [1, 2, 0, 3]) as tf.Tensor4D;
  const gradient = tf.conv2d(samplesLast, asKernel, 1, 'valid', 'NHWC', stride);
  return tf.transpose(gradient, [3, 0, 1, 2]) as tf.Tensor4D;
}

/**
 * The gradient of the input x [n, h, w, in] of a convolution: that of δ, whose entries are set s apart with zeros
 * between them, with the kernel turned by half a turn,
 *
 *     ∂loss/∂x[y, x] = Σ_{i,j} δ↑[y + ⌊k/2⌋ − i, x + ⌊k/2⌋ − j] weight[·, ·, i, j]      δ↑[s·p, s·q] = δ[p, q]
 *
 * Height and width are even where the stride is 2.
 */
export function inputGradient(weight: tf.Tensor, delta: tf.Tensor4D, stride: number): tf.Tensor4D {
  const turned = tf.reverse(tf.transpose(weight, [2, 3, 0, 1]), [0, 1]) as tf.Tensor4D;
  const pad = (turned.shape[0] - 1) / 2;
  return tf.conv2d(stride === 1 ? delta : spread(delta), turned, 1, pad, 'NHWC', 1, 'floor');
}

/** Maps [n, 2h, 2w, c] with the pixels of δ [n, h, w, c] at even places and zeros elsewhere. */
function spread(delta: tf.Tensor4D): tf.Tensor4D {
  const zeros = tf.zerosLike(delta);
  return fromQuarters([delta, zeros, zeros, zeros]);
}
