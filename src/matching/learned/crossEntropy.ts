import {
  cast,
  div,
  exp,
  log,
  max,
  mean,
  mul,
  oneHot,
  sub,
  sum,
  Tensor,
  type Tensor1D,
  tidy,
} from '@tensorflow/tfjs-core';
import { kindOf } from '../../checks';
import { invalid, named } from '../../errors';

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
  return named('crossEntropy', () => {
    assertTensors({ logits, labels });
    assertLabels(logits, labels);
    return tidy(() => {
      const rows = labels.rank === logits.rank ? labels : classRows(labels, logits);
      const shifted = sub(logits, max(logits, -1, true));
      const logSum = log(sum(exp(shifted), -1, true));
      return mean(sum(mul(rows, sub(logSum, shifted)), -1));
    });
  });
}

/** One-hot rows of classes, with NaN in the rows of a class that does not exist. */
function classRows(classes: Tensor, { shape }: Tensor): Tensor {
  const rows = cast(oneHot(classes as Tensor1D, shape.at(-1)!), 'float32');
  return div(rows, sum(rows, -1, true));
}

function assertTensors(args: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(args)) {
    if (value instanceof Tensor) continue;
    throw invalid(`${name} must be a tensor, received ${kindOf(value)}`, 'Pass a tensor', {
      param: name,
      received: kindOf(value),
    });
  }
}

function assertLabels(logits: Tensor, labels: Tensor): void {
  const before = logits.shape.slice(0, -1);
  const isClasses = labels.dtype === 'int32' && `${labels.shape}` === `${before}`;
  if (logits.rank >= 2 && (isClasses || `${labels.shape}` === `${logits.shape}`)) return;
  throw invalid(
    `labels must be int32 classes [${before}] or rows [${logits.shape}] for logits [${logits.shape}], received ${labels.dtype} [${labels.shape}]`,
    'Cast classes to int32, pass one-hot rows, or pass a loss of your own',
    { param: 'labels', received: labels.shape },
  );
}
