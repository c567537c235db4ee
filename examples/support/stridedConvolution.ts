import * as tf from '@tensorflow/tfjs-core';

/**
 * A 3×3 convolution of stride 2 with padding 'same', x [n, h, w, c] ∗ kernel [3, 3, c, d]:
 *
 *     y[p, q] = Σ_{i,j} x̃[2p + i, 2q + j] · kernel[i, j]      x̃: x with zeros around it
 */
export function stridedConvolution(x: tf.Tensor4D, kernel: tf.Tensor4D): tf.Tensor4D {
  return tf.conv2d(x, kernel, 2, 'same');
}

/**
 * The kernel's gradient, given δ = ∂loss/∂y [n, h', w', d]:
 *
 *     ∂loss/∂kernel[i, j] = Σ_{p,q} x̃[2p + i, 2q + j]ᵀ δ[p, q]
 *
 * This is a convolution too, in which channels take the place of samples and samples the place of
 * channels: that of x̃ with δ as a kernel whose entries lie 2 apart. No backend lacks it.
 */
export function kernelGradient(x: tf.Tensor4D, delta: tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() => {
    const padded = tf.pad(x, [[0, 0], samePadding(x.shape[1]), samePadding(x.shape[2]), [0, 0]]);
    const samplesLast = tf.transpose(padded, [3, 1, 2, 0]) as tf.Tensor4D;
    const asKernel = tf.transpose(delta, [1, 2, 0, 3]) as tf.Tensor4D;
    const gradient = tf.conv2d(samplesLast, asKernel, 1, 'valid', 'NHWC', 2);
    return tf.transpose(gradient, [1, 2, 0, 3]) as tf.Tensor4D;
  });
}

/**
 * The input's gradient. An even row of x̃ meets the kernel's rows 0 and 2, an odd one only row 1, and
 * the same goes for columns:
 *
 *     ∂loss/∂x̃[2p] = δ[p]·kernel[0]ᵀ + δ[p−1]·kernel[2]ᵀ      ∂loss/∂x̃[2p+1] = δ[p]·kernel[1]ᵀ
 *
 * Two convolutions of stride 1 give the even and the odd rows, each with its even and odd columns
 * next to each other as channels, so that both interleave by reshaping.
 */
export function inputGradient(
  delta: tf.Tensor4D,
  kernel: tf.Tensor4D,
  [, height, width, channels]: tf.Tensor4D['shape'],
): tf.Tensor4D {
  return tf.tidy(() => {
    const [n, rows, columns] = delta.shape;
    const one: [number, number] = [1, 1];
    const [row0, row1, row2] = tf.split<tf.Tensor4D>(columnPairs(kernel), 3);
    const tall = tf.pad4d(delta, [[0, 0], one, one, [0, 0]]);
    const low = tf.pad4d(delta, [[0, 0], [0, 1], one, [0, 0]]);
    const even = tf.conv2d(tall, tf.concat4d([row2, row0], 0), 1, 'valid');
    const odd = tf.conv2d(low, row1, 1, 'valid');
    const rowLength = 2 * (columns + 1) * channels;
    const interleaved = tf.concat(
      [even, odd].map((half) => tf.reshape(half, [n * (rows + 1), rowLength])),
      1,
    );
    // Columns and channels as one axis: a slice of few long pieces is fast.
    const padded = tf.reshape(interleaved, [n, 2 * (rows + 1), rowLength]) as tf.Tensor3D;
    const begin: [number, number, number] = [
      0,
      samePadding(height)[0],
      samePadding(width)[0] * channels,
    ];
    const inside = tf.slice3d(padded, begin, [n, height, width * channels]);
    return tf.reshape(inside, [n, height, width, channels]);
  });
}

/** [3, 2, d, 2c]: at column 0 kernelᵀ[·, 2] and 0, at column 1 kernelᵀ[·, 0] and kernelᵀ[·, 1]. */
function columnPairs(kernel: tf.Tensor4D): tf.Tensor4D {
  const [column0, column1, column2] = tf.split(tf.transpose(kernel, [0, 1, 3, 2]), 3, 1);
  const before = tf.concat([column2, tf.zerosLike(column2)], 3);
  return tf.concat([before, tf.concat([column0, column1], 3)], 1) as tf.Tensor4D;
}

/** The zeros before and after an axis: as few as ⌈size/2⌉ outputs need, the odd one after. */
function samePadding(size: number): [number, number] {
  const zeros = 2 * (Math.ceil(size / 2) - 1) + 3 - size;
  return [Math.floor(zeros / 2), Math.ceil(zeros / 2)];
}
