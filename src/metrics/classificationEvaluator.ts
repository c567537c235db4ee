import { concat, dispose, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core';
import { assertOptions } from '../checks';
import { invalid, named } from '../errors';

import type { NetworkInput } from '../params';
import { type Batch, cutBatches, mapInput, rowsOf } from '../params/internal';
import { createDeviceYieldPoint, readAndDispose } from '../runtime';
import { applyForward, assertLinear, linearityGap } from './applyForward';
import { batchSums, means } from './batchSums';
import { assertData, type ClassificationData, checkLabels } from './classificationData';

import type { Evaluate } from './evaluate';
import type { ForwardFn, SplitForward } from './forwardFn';
import type { MixturePoint } from './mixturePoint';

/** Numbers the evaluators: two that measure in one barrier must not take each other's tensors. */
let evaluators = 0;

/**
 * Builds the usual {@link Evaluate} of a classifier: `loss`, the mean cross-entropy of the softmax in
 * nats, and `error`, the fraction in 0 … 1 whose greatest logit is not the label.
 *
 * In a barrier every point sees the same batches, cut once and kept until it ends: as much memory as x.
 * If `forward` is split after its first layer, the outputs of that layer are kept, too: between networks
 * it is linear(Σ wᵢθᵢ, x) = Σ wᵢ·linear(θᵢ, x), so each network's are computed once instead of at every
 * point. That takes N · (values of a sample's output) floats for every network; on one batch it is
 * checked that `linear` is linear.
 *
 * A network of several inputs takes x as an array or a record of tensors; all are cut into the same batches.
 *
 * @typeParam Input - A tensor, or an array or a record of tensors.
 * @param forward - From params and a batch (a tensor [batch, …], or an array or a record of them, as x is)
 * to logits [batch, C], synchronously: one function or a {@link SplitForward}. It runs inside a `tf.tidy`,
 * and must not dispose what it is given.
 * @param data - `x`, inputs [N, …], and `y`, int32 [N] or one-hot [N, C]. Kept by reference: they must stay
 * alive for as long as the evaluator is used.
 * @param options - `batchSize`, how many samples go through `forward` at once. Default 1000.
 * @returns A function that measures params, leaves no tensor behind, and reads values once per call.
 * @throws InvalidInputError when x, or its tensors, and y differ in length, y has another shape or dtype, `batchSize`
 * < 1, or `forward` is neither of the two; and, when it is used, where a label is no class, `forward`
 * returns anything but logits [batch, C], or its `linear` is not linear.
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
export function classificationEvaluator<Input extends NetworkInput = Tensor>(
  forward: ForwardFn<Input> | SplitForward<Input>,
  { x, y }: ClassificationData<Input>,
  options: { batchSize?: number } = {},
): Evaluate<'loss' | 'error'> {
  return named('classificationEvaluator', () => {
    assertOptions(options, { batchSize: true });
    const { batchSize = 1000 } = options;
    assertForward(forward);
    const count = assertData(x, y, batchSize);
    const batches = cutBatches(count, batchSize);
    const scope = `classificationEvaluator ${++evaluators}`;
    let greatestLabel: Promise<number> | null = null;

    return (params, point) =>
      named('classificationEvaluator', async () => {
        greatestLabel ??= checkLabels(y);
        const classes = await greatestLabel;
        const yieldPoint = createDeviceYieldPoint();
        const sums: Tensor1D[] = [];
        const gaps: Tensor1D[] = []; // They belong to the point.
        try {
          for (const batch of batches) {
            await yieldPoint();
            const own = point && scoped(point, `${scope}, batch ${batch.start}`);
            const ofBatch = tidy(() => {
              const input = batchInput(x, batch, own);
              const logits = applyForward(forward, params, input, own);
              if (own && batch.start === 0) gaps.push(...linearityGap(forward, params, input, own));
              return batchSums(logits, rowsOf(y, batch), batch.size, classes);
            });
            sums.push(ofBatch);
          }
          const values = await readAndDispose(concat([...sums, ...gaps]));
          assertLinear(values.subarray(2 * sums.length));
          return means(values.subarray(0, 2 * sums.length), count);
        } finally {
          dispose(sums);
        }
      });
  });
}

/** The inputs of a batch; cut once for all points, since each cut copies the whole of x on wasm. */
function batchInput<Input extends NetworkInput>(
  x: Input,
  batch: Batch,
  point: MixturePoint | undefined,
): Input {
  return mapInput(x, (tensor, name) =>
    point ? point.shared(`x ${name}`, () => rowsOf(tensor, batch)) : rowsOf(tensor, batch),
  );
}

/** The same point, with keys of its own. */
function scoped(point: MixturePoint, scope: string): MixturePoint {
  return { ...point, shared: (key, make) => point.shared(`${scope}: ${key}`, make) };
}

function assertForward(forward: unknown): void {
  const { linear, rest } = (forward ?? {}) as Partial<SplitForward>;
  if (typeof forward === 'function') return;
  if (typeof linear === 'function' && typeof rest === 'function') return;
  throw invalid(
    'forward is neither a function nor split into two',
    'Pass (params, x) => logits, or { linear, rest }',
  );
}
