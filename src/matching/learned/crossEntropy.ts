import type { Tensor } from '@tensorflow/tfjs-core';
import { named } from '../../errors';
import { softmaxCrossEntropy } from './softmaxCrossEntropy';

/**
 * The mean cross-entropy of the softmax, in nats:
 *
 *     −mean over samples of  Σ_c y_c · log softmax(z)_c
 *
 * It is the default loss of the matchers that learn, and is made of kernels that all backends have and that
 * {@link valueAndGradients} has gradients of.
 *
 * @param logits - z, [N, C], or with more axes before the classes, as [N, T, C].
 * @param labels - y: classes as int32 [N] (or [N, T]), or rows of weights such as one-hot rows, with the shape of the
 * logits. For a class outside 0 … C − 1 the result is NaN.
 * @returns A scalar, which the caller owns.
 * @throws InvalidInputError when the shape or dtype of the labels does not fit the logits.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { crossEntropy } from 'perm-lmc';
 *
 * const logits = tf.tensor2d([[2, 0], [0, 2]]);
 * crossEntropy(logits, tf.tensor1d([0, 1], 'int32')); // log(1 + e⁻²) = 0.1269…
 * ```
 */
export function crossEntropy(logits: Tensor, labels: Tensor): Tensor {
  return named('crossEntropy', () => softmaxCrossEntropy(logits, labels));
}
