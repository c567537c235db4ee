import { invalid, named } from '../errors';
import type { Params } from '../params';
import { assertInputs, batchesOf, isOneBatch, withFirstBatch } from '../params/internal';
import { createDeviceYieldPoint } from '../runtime';
import { traceForward } from '../tracing/internal';
import { findNorms } from './findNorms';
import { repairLayers } from './repairLayers';
import type { ResetBatchNormOptions } from './repairOptions';

/**
 * The network with the moving statistics of its batch normalisations computed anew on data: the mean μ and
 * the variance Σ(x − μ)²/(n − 1) of what enters each, over all samples and positions. A merged network needs
 * it: its activations vary less than its parents' did, and an interpolated variance does not know.
 *
 * The result is that of one batch of all the data in training mode, however many batches it comes in; the
 * statistics are added up in float64. Batch normalisations are found by tracing `forward`: tfjs's own, in
 * plain functions and in LayersModels, and such as are written out with √(variance + ε). Over several batches
 * the data is gone through once for each that lies behind another; a single batch takes one forward pass.
 *
 * @param params - The network; left as it is.
 * @param options - `forward` and `inputs`; all others have defaults.
 * @returns New tensors for all parameters; the caller disposes them.
 * @throws InvalidInputError when no batch normalisation is found, the operations of `forward` depend on
 * values, a channel has one value only, or what is measured is not finite. AbortError on abort.
 * @see Jordan et al. 2023, REPAIR (arXiv 2211.08403), where it is called RESET.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { resetBatchNorm } from 'perm-lmc';
 *
 * const forward = ({ mean, variance }: tf.NamedTensorMap, x: tf.Tensor) =>
 *   tf.batchNorm(x, mean as tf.Tensor1D, variance as tf.Tensor1D);
 * const params = { mean: tf.zeros([1]), variance: tf.ones([1]) };
 * const reset = await resetBatchNorm(params, { forward, inputs: tf.tensor2d([[1], [2], [6]]) });
 * await reset.mean.data(); // Float32Array [3]
 * await reset.variance.data(); // Float32Array [7]
 * ```
 */
export async function resetBatchNorm(
  params: Params,
  { forward, inputs, batchSize = 250, signal, onProgress }: ResetBatchNormOptions,
): Promise<Params> {
  return named('resetBatchNorm', async () => {
    assertInputs(inputs, batchSize);
    const yieldPoint = createDeviceYieldPoint(signal);
    await yieldPoint();
    const { calls } = await withFirstBatch(inputs, batchSize, (input) =>
      traceForward(forward, params, input),
    );
    const layers = findNorms(calls, params);
    if (layers.length === 0) {
      throw invalid(
        'forward has no batch normalisation whose mean and variance are among the params',
        'Rescale hidden units instead, with repair(merged, parents, …)',
      );
    }
    return repairLayers(params, {
      replay: { forward, calls },
      layers,
      targets: new Map(),
      batches: () => batchesOf(inputs, batchSize),
      isOneBatch: isOneBatch(inputs, batchSize),
      yieldPoint,
      onProgress,
    });
  });
}
