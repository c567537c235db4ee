import { assertOptions } from '../checks';
import { invalid, named } from '../errors';
import type { Params } from '../params';
import { assertInputs } from '../params/internal';
import { createDeviceYieldPoint, longWork } from '../runtime';
import { findNorms } from './findNorms';
import { repairLayers } from './repairLayers';
import type { ResetBatchNormOptions } from './repairOptions';
import { traceOnData } from './traceOnData';

/**
 * Recomputes the moving statistics of a network's batch normalisations on data: the mean μ and the variance
 * Σ(x − μ)²/(n − 1) of the input of each, per channel over all samples and positions. Merged networks need this,
 * because their activations vary less than the interpolated variance.
 *
 * The result equals that of one batch with all data in training mode, however the data is divided into batches.
 * Sums are in float64. Batch normalisations are found by tracing `forward`: those of tfjs's own kernel, in plain
 * functions and in LayersModels, and those written with √(variance + ε). If there are several batches, the data is
 * read once for each normalisation on the longest path. A single batch takes one forward pass.
 *
 * @param params - The network, a record of tensors of any shapes; left as it is.
 * @param options - `forward` and `inputs`, tensors [N, …] or batches, are required; all others have defaults.
 * @returns New tensors for all parameters; the caller disposes them.
 * @throws InvalidInputError when no batch normalisation is found, the operations of `forward` depend on
 * values, a channel has a single value, or measured values are not finite. AbortError on abort.
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
  options: ResetBatchNormOptions,
): Promise<Params> {
  return named('resetBatchNorm', async () => {
    assertOptions(options, {
      forward: true,
      inputs: true,
      batchSize: true,
      signal: true,
      onProgress: true,
    });
    const { forward, inputs, batchSize = 250 } = options;
    const { signal, onProgress } = longWork(options);
    assertInputs(inputs, batchSize);
    const yieldPoint = createDeviceYieldPoint(signal);
    await yieldPoint();
    const { trace, batches } = await traceOnData({ forward, inputs, batchSize, signal }, params);
    const { calls } = trace;
    const layers = findNorms(calls, params);
    if (layers.length === 0) {
      throw invalid(
        'forward has no batch normalisation whose mean and variance are among the params',
        'Rescale hidden units instead, with repair(merged, parents, …)',
        { param: 'forward' },
      );
    }
    return repairLayers(params, {
      replay: { forward, calls },
      layers,
      targets: new Map(),
      batches,
      ...{ signal, yieldPoint, onProgress },
    });
  });
}
