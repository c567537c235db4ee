import {
  argMax,
  cast,
  exp,
  log,
  max,
  mul,
  notEqual,
  oneHot,
  stack,
  sub,
  sum,
  Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { dropRejection, kindOf } from '../checks';
import { invalid } from '../errors';

/**
 * Sums over one batch as a tensor [2]: Σ cross-entropy (nats), number of errors.
 *
 * @param logits - [batch, C].
 * @param y - Class indices as int32 [batch], or one-hot rows [batch, C].
 * @param greatestLabel - The greatest class index of all labels, −1 for one-hot rows.
 */
export function batchSums(
  logits: Tensor,
  y: Tensor,
  batch: number,
  greatestLabel: number,
): Tensor1D {
  assertLogits(logits, batch, y, greatestLabel);
  const targets = y.rank === 1 ? oneHot(y as Tensor1D, logits.shape[1]!) : y;
  const shifted = sub(logits, max(logits, 1, true));
  const logPartition = log(sum(exp(shifted), 1));
  const ofLabel = sum(mul(shifted, cast(targets, 'float32')), 1);
  const wrong = notEqual(argMax(logits, 1), y.rank === 1 ? y : argMax(y, 1));
  return stack([sum(sub(logPartition, ofLabel)), sum(cast(wrong, 'float32'))]) as Tensor1D;
}

/**
 * Mean cross-entropy and error rate over the samples, added up in float64.
 *
 * @param sums - [2 · batches]: the sums of each batch, one after another.
 */
export function means(sums: ArrayLike<number>, samples: number): { loss: number; error: number } {
  const total = { loss: 0, errors: 0 };
  for (let i = 0; i < sums.length; i += 2) {
    total.loss += sums[i];
    total.errors += sums[i + 1];
  }
  return { loss: total.loss / samples, error: total.errors / samples };
}

function assertLogits(
  logits: unknown,
  batch: number,
  y: Tensor,
  greatestLabel: number,
): asserts logits is Tensor2D {
  if (!(logits instanceof Tensor)) {
    dropRejection(logits);
    throw invalid(
      `forward must return a tensor, received ${kindOf(logits)}`,
      'Return logits [batch, C], not a promise or a list',
      { param: 'forward', received: kindOf(logits) },
    );
  }
  if (logits.rank !== 2 || logits.shape[0] !== batch) {
    throw invalid(
      `forward returned shape [${logits.shape}] for a batch of ${batch}`,
      'Return logits [batch, C]',
      { param: 'forward', received: logits.shape },
    );
  }
  const classes = logits.shape[1]!;
  if (greatestLabel >= classes || (y.rank === 2 && y.shape[1] !== classes)) {
    const labels =
      y.rank === 2 ? `one-hot rows of ${y.shape[1]} classes` : `the label ${greatestLabel}`;
    throw invalid(
      `forward returned ${classes} classes, but y holds ${labels}`,
      'Pass labels of the same classes, or return a logit for each class',
      { param: 'y', ...(y.rank === 2 ? { axis: 1 } : {}), received: labels },
    );
  }
}
