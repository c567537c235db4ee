import {
  dispose,
  reshape,
  squaredDifference,
  stack,
  sum,
  Tensor,
  type Tensor1D,
  tidy,
} from '@tensorflow/tfjs-core';
import {
  assertFunction,
  assertInteger,
  assertObject,
  assertOptions,
  dropRejection,
  kindOf,
} from '../checks';
import { invalid, named } from '../errors';
import type { ForwardFn, NetworkInput } from '../params';
import { cutBatches, isNetworkInput, rowsOf, sampleCount } from '../params/internal';
import { assertWithinReach, createDeviceYieldPoint, readAndDispose } from '../runtime';
import { applyForward } from './applyForward';
import { batchInput, newScope, scoped } from './batchInput';
import type { Evaluate } from './evaluate';
import { assertSharedMemory, type EvaluatorOptions } from './evaluatorOptions';
import { sharingForward } from './firstLayers/sharingForward';

/** Inputs and targets for a network whose outputs are numbers. */
export interface RegressionData<Input extends NetworkInput = Tensor> {
  /** Inputs [N, …]: a tensor, or an array or a record of tensors for a network of several inputs. */
  readonly x: Input;
  /** Targets [N, …], in the shape of the outputs. Axes of length 1 do not count: [N] is for outputs [N, 1], too. */
  readonly y: Tensor;
}

/**
 * Builds the usual {@link Evaluate} of a network whose outputs are numbers. `loss` is the mean squared error
 *
 *     Σ (f(θ, x) − y)² / (number of values in y)
 *
 * Sums of batches are added in float64. All points of a barrier use the same batches and share first layers, as in
 * `classificationEvaluator`.
 *
 * @typeParam Input - A tensor, or an array or a record of tensors.
 * @param forward - Params and a batch to outputs [batch, …], synchronously. It runs inside a `tf.tidy` and must not
 * dispose its arguments.
 * @param data - `x`, inputs [N, …], and `y`, targets [N, …]. The tensors stay the caller's and must not be disposed
 * while the evaluator is in use.
 * @param options - All have defaults.
 * @returns A function that measures params. It leaves no tensor behind and reads values once per call.
 * @throws InvalidInputError if x and y differ in length, `batchSize` < 1, `sharedMemory` < 0, or `forward` is
 * not a function. The returned function throws it if `forward` does not return outputs in the shape of y.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { regressionEvaluator } from 'perm-lmc';
 *
 * const forward = ({ w }: tf.NamedTensorMap, x: tf.Tensor) => tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D);
 * const [x, y] = [tf.tensor2d([[1], [2]]), tf.tensor1d([3, 3])];
 * const evaluate = regressionEvaluator(forward, { x, y });
 * await evaluate({ w: tf.tensor2d([[1]]) }); // { loss: (2² + 1²) / 2 = 2.5 }
 * ```
 */
export function regressionEvaluator<Input extends NetworkInput = Tensor>(
  forward: ForwardFn<Input>,
  data: RegressionData<Input>,
  options: EvaluatorOptions = {},
): Evaluate<'loss'> {
  return named('regressionEvaluator', () => {
    assertOptions(options, { batchSize: true, sharedMemory: true });
    const { batchSize = 1000, sharedMemory = 2 ** 28 } = options;
    assertObject('data', data, 'Pass { x, y }');
    const { x, y } = data;
    assertFunction('forward', forward, 'Pass (params, x) => outputs');
    assertInteger('batchSize', batchSize, 1, 'Leave it out for 1000');
    assertSharedMemory(sharedMemory);
    const forwardAt = sharingForward(forward, sharedMemory);
    const batches = cutBatches(samplesIn(x, y), batchSize);
    const scope = newScope('regressionEvaluator');

    return (params, point) =>
      named('regressionEvaluator', async () => {
        const yieldPoint = createDeviceYieldPoint(point?.signal);
        const sums: Tensor[] = [];
        try {
          for (const batch of batches) {
            await yieldPoint();
            const own = point && scoped(point, `${scope}, batch ${batch.start}`);
            sums.push(
              tidy(() =>
                squaresOf(
                  applyForward(forwardAt(own), params, batchInput(x, batch, own), own),
                  rowsOf(y, batch),
                ),
              ),
            );
          }
          const values = await readAndDispose(stack(sums) as Tensor1D);
          return { loss: values.reduce((total, value) => total + value, 0) / y.size };
        } finally {
          dispose(sums);
        }
      });
  });
}

/** Σ (output − target)² over one batch. */
function squaresOf(output: unknown, target: Tensor): Tensor {
  if (!(output instanceof Tensor)) {
    dropRejection(output);
    throw invalid(
      `forward must return a tensor, received ${kindOf(output)}`,
      'Return outputs [batch, …], not a promise or a list',
      { param: 'forward', received: kindOf(output) },
    );
  }
  if (String(withoutOnes(output.shape)) !== String(withoutOnes(target.shape))) {
    throw invalid(
      `forward returned shape [${output.shape}], but the targets of the batch have shape [${target.shape}]`,
      'Pass targets in the shape of the outputs; class numbers are for classificationEvaluator',
      { param: 'y', received: target.shape },
    );
  }
  return sum(squaredDifference(output, reshape(target, output.shape)));
}

function withoutOnes([batch, ...others]: readonly number[]): number[] {
  return [batch, ...others.filter((length) => length !== 1)];
}

/** The number of samples N. Throws unless x and y hold N samples each. */
function samplesIn(x: NetworkInput, y: Tensor): number {
  if (!isNetworkInput(x)) {
    throw invalid(
      `x must be a tensor, or an array or a record of tensors, received ${kindOf(x)}`,
      'Pass inputs [N, …]; a network of several inputs takes an array or a record of them',
      { param: 'x', received: kindOf(x) },
    );
  }
  const count = sampleCount('x', x);
  if (y.shape[0] !== count) {
    throw invalid(
      `x has ${count} samples and y ${y.shape[0] ?? 'none'}`,
      'Pass one target for each sample',
      {
        param: 'y',
        axis: 0,
        received: y.shape,
      },
    );
  }
  assertWithinReach('y', y);
  return count;
}
