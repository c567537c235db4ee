import {
  argMax,
  cast,
  concat,
  dispose,
  exp,
  log,
  max,
  mul,
  notEqual,
  oneHot,
  slice,
  stack,
  sub,
  sum,
  Tensor,
  type Tensor1D,
  type Tensor2D,
  tidy,
} from '@tensorflow/tfjs-core';
import { invalid } from '../errors';
import type { Params } from '../params/params';
import { createCheckpoint } from '../progress';
import type { Evaluate } from './evaluate';

/** A network's function of its parameters: from a batch of inputs to a batch of outputs. */
export type ForwardFn = (params: Params, x: Tensor) => Tensor;

/** Labelled data for a classifier. */
export interface ClassificationData {
  /** Inputs, [N, …]. */
  readonly x: Tensor;
  /** Labels: class indices 0 … C − 1 as int32 [N], or one-hot rows [N, C]. */
  readonly y: Tensor;
}

/**
 * Builds the usual {@link Evaluate} of a classifier: `loss`, the mean cross-entropy of the softmax in
 * nats, and `error`, the fraction in 0 … 1 whose greatest logit is not the label.
 *
 * @param forward - From params and a batch [batch, …] to logits [batch, C], synchronously. It runs
 * inside a `tf.tidy`.
 * @param data - Kept by reference: it must stay alive for as long as the evaluator is used.
 * @param options - `batchSize`, how many samples go through `forward` at once. Default 1000.
 * @returns A function that measures params, leaves no tensor behind, and reads values once per call.
 * @throws InvalidInputError when x and y differ in length, y has another shape or dtype, or
 * `batchSize` < 1; and, when it is used, where a label is no class or `forward` returns anything but
 * logits [batch, C].
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { classificationEvaluator } from 'perm-lmc';
 *
 * const forward = ({ w }: tf.NamedTensorMap, x: tf.Tensor) => tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D);
 * const x = tf.tensor2d([[1, 0], [0, 1]]);
 * const y = tf.tensor1d([0, 1], 'int32');
 * const evaluate = classificationEvaluator(forward, { x, y });
 * await evaluate({ w: tf.tensor2d([[9, 0], [0, 9]]) }); // { loss: 0.0001…, error: 0 }
 * ```
 */
export function classificationEvaluator(
  forward: ForwardFn,
  { x, y }: ClassificationData,
  { batchSize = 1000 }: { batchSize?: number } = {},
): Evaluate<'loss' | 'error'> {
  assertData(x, y, batchSize);
  const count = x.shape[0];
  let greatestLabel: Promise<number> | null = null;

  return async (params) => {
    greatestLabel ??= checkLabels(y);
    const classes = await greatestLabel;
    const checkpoint = createCheckpoint();
    const sums: Tensor1D[] = [];
    try {
      for (let start = 0; start < count; start += batchSize) {
        await checkpoint();
        const size = Math.min(batchSize, count - start);
        sums.push(
          tidy(() =>
            batchSums(forward, params, rows(x, start, size), rows(y, start, size), classes),
          ),
        );
      }
      const total = await readSums(sums);
      return { loss: total.loss / count, error: total.errors / count };
    } finally {
      dispose(sums);
    }
  };
}

/** [Σ cross-entropy, number of errors] of one batch. */
function batchSums(
  forward: ForwardFn,
  params: Params,
  x: Tensor,
  y: Tensor,
  greatestLabel: number,
): Tensor1D {
  const logits = forward(params, x);
  assertLogits(logits, x.shape[0], y, greatestLabel);
  const targets = y.rank === 1 ? oneHot(y as Tensor1D, logits.shape[1]!) : y;
  const shifted = sub(logits, max(logits, 1, true));
  const logPartition = log(sum(exp(shifted), 1));
  const ofLabel = sum(mul(shifted, cast(targets, 'float32')), 1);
  const wrong = notEqual(argMax(logits, 1), y.rank === 1 ? y : argMax(y, 1));
  return stack([sum(sub(logPartition, ofLabel)), sum(cast(wrong, 'float32'))]) as Tensor1D;
}

/** The sums over batches in float64, read at once. */
async function readSums(sums: readonly Tensor1D[]): Promise<{ loss: number; errors: number }> {
  const all = concat([...sums]);
  try {
    const values = await all.data();
    const total = { loss: 0, errors: 0 };
    for (let i = 0; i < values.length; i += 2) {
      total.loss += values[i];
      total.errors += values[i + 1];
    }
    return total;
  } finally {
    all.dispose();
  }
}

function rows(tensor: Tensor, start: number, size: number): Tensor {
  const others = tensor.shape.slice(1);
  return slice(tensor, [start, ...others.map(() => 0)], [size, ...others]);
}

function assertData(x: Tensor, y: Tensor, batchSize: number): void {
  const fn = 'classificationEvaluator';
  if (x.rank === 0 || x.shape[0] === 0) {
    throw invalid(
      fn,
      `x has shape [${x.shape}], so it holds no sample`,
      'Pass inputs [N, …] with N ≥ 1',
    );
  }
  if (!(y.rank === 1 && y.dtype === 'int32') && y.rank !== 2) {
    throw invalid(
      fn,
      `y is ${y.dtype} [${y.shape}]`,
      'Pass class indices as int32 [N], or one-hot rows [N, C]',
    );
  }
  if (x.shape[0] !== y.shape[0]) {
    throw invalid(
      fn,
      `x has ${x.shape[0]} samples and y ${y.shape[0]}`,
      'Pass one label for each input',
    );
  }
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw invalid(
      fn,
      `batchSize must be an integer ≥ 1, received ${batchSize}`,
      'Leave it out for 1000',
    );
  }
}

/** The greatest class index among the labels, −1 for one-hot rows. */
async function checkLabels(y: Tensor): Promise<number> {
  if (y.rank === 2) return -1;
  const labels = await y.data();
  const negative = labels.findIndex((label) => label < 0);
  if (negative >= 0) {
    throw invalid(
      'classificationEvaluator',
      `label ${negative} is ${labels[negative]}`,
      'Class indices are 0 … C − 1',
    );
  }
  let greatest = 0;
  for (const label of labels) greatest = Math.max(greatest, label);
  return greatest;
}

function assertLogits(
  logits: unknown,
  batch: number,
  y: Tensor,
  greatestLabel: number,
): asserts logits is Tensor2D {
  const fn = 'classificationEvaluator';
  if (!(logits instanceof Tensor)) {
    throw invalid(
      fn,
      'forward did not return a tensor',
      'Return logits [batch, C], not a promise or a list',
    );
  }
  if (logits.rank !== 2 || logits.shape[0] !== batch) {
    throw invalid(
      fn,
      `forward returned shape [${logits.shape}] for a batch of ${batch}`,
      'Return logits [batch, C]',
    );
  }
  const classes = logits.shape[1]!;
  if (greatestLabel >= classes || (y.rank === 2 && y.shape[1] !== classes)) {
    const labels =
      y.rank === 2 ? `one-hot rows of ${y.shape[1]} classes` : `the label ${greatestLabel}`;
    throw invalid(
      fn,
      `forward returned ${classes} classes, but y holds ${labels}`,
      'Pass labels of the same classes',
    );
  }
}
