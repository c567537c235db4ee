import { concat, dispose, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core';
import { assertObject, assertOptions, kindOf } from '../checks';
import { invalid, named } from '../errors';

import type { ForwardFn, NetworkInput } from '../params';
import { cutBatches, rowsOf } from '../params/internal';
import { createDeviceYieldPoint, readAndDispose } from '../runtime';
import { applyForward, assertLinear, linearityGap } from './applyForward';
import { batchInput, newScope, scoped } from './batchInput';
import { batchSums, means } from './batchSums';
import { assertData, type ClassificationData, checkLabels } from './classificationData';

import type { Evaluate } from './evaluate';
import { assertSharedMemory, type EvaluatorOptions } from './evaluatorOptions';
import { sharingForward } from './firstLayers/sharingForward';
import type { SplitForward } from './splitForward';

/**
 * Builds the usual {@link Evaluate} of a classifier. `loss` is the mean cross-entropy of the softmax in
 * nats; `error` is the fraction of samples, in [0, 1], whose greatest logit is not the label.
 *
 * All points of a barrier use the same batches. They are cut once and kept until the barrier ends, which
 * takes as much memory as x. First layers f, which combine an input with weights, are computed once for each network
 * instead of at every point: f(Σ wᵢθᵢ, x) = Σ wᵢ·f(θᵢ, x). Their outputs are kept as well, up to `sharedMemory`
 * bytes: N · (values in one sample's output) floats for each network. A {@link SplitForward} shares its `linear`
 * instead, without a limit; the linearity of `linear` is checked on one batch.
 *
 * On tfjs-wasm, products with a transposed operand (`tf.matMul(x, w, false, true)`) are slow, and fused ones are
 * wrong. An evaluator computes them with explicit transposes; transpose in `forward` yourself where you also call it
 * elsewhere.
 *
 * A network of several inputs takes x as an array or a record of tensors, all cut into the same batches.
 *
 * @typeParam Input - A tensor, or an array or a record of tensors.
 * @param forward - Params and a batch to logits [batch, C], synchronously: one function, or a
 * {@link SplitForward}. The batch has the structure of x, with tensors [batch, …]. `forward` runs inside a
 * `tf.tidy` and must not dispose its arguments.
 * @param data - `x`, inputs [N, …], and `y`, int32 [N] or one-hot [N, C]. The tensors stay the caller's and
 * must not be disposed while the evaluator is in use.
 * @param options - All have defaults.
 * @returns A function that measures params. It leaves no tensor behind and reads values once per call.
 * @throws InvalidInputError if x and y differ in length, y has another shape or dtype, `batchSize` < 1,
 * `sharedMemory` < 0, or `forward` is neither a function nor split. The returned function throws it if a label
 * is not a class, `forward` does not return logits [batch, C], or `forward.linear` is not linear.
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
  data: ClassificationData<Input>,
  options: EvaluatorOptions = {},
): Evaluate<'loss' | 'error'> {
  return named('classificationEvaluator', () => {
    assertOptions(options, { batchSize: true, sharedMemory: true });
    const { batchSize = 1000, sharedMemory = 2 ** 28 } = options;
    assertObject('data', data, 'Pass { x, y }');
    const { x, y } = data;
    assertForward(forward);
    const count = assertData(x, y, batchSize);
    assertSharedMemory(sharedMemory);
    const batches = cutBatches(count, batchSize);
    const forwardAt = sharingForward(forward, sharedMemory);
    const scope = newScope('classificationEvaluator');
    let greatestLabel: Promise<number> | null = null;

    return (params, point) =>
      named('classificationEvaluator', async () => {
        greatestLabel ??= checkLabels(y);
        const classes = await greatestLabel;
        const yieldPoint = createDeviceYieldPoint(point?.signal);
        const sums: Tensor1D[] = [];
        const gaps: Tensor1D[] = []; // Owned by the point.
        try {
          for (const batch of batches) {
            await yieldPoint();
            const own = point && scoped(point, `${scope}, batch ${batch.start}`);
            const ofBatch = tidy(() => {
              const input = batchInput(x, batch, own);
              const logits = applyForward(forwardAt(own), params, input, own);
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

function assertForward(forward: unknown): void {
  const { linear, rest } = (forward ?? {}) as Partial<SplitForward>;
  if (typeof forward === 'function') return;
  if (typeof linear === 'function' && typeof rest === 'function') return;
  throw invalid(
    `forward must be a function or { linear, rest }, received ${kindOf(forward)}`,
    'Pass (params, x) => logits, or the two functions linear and rest',
    { param: 'forward', received: kindOf(forward) },
  );
}
