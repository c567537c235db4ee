import type { BatchedInputs } from '../params';
import type { LongWorkOptions } from '../runtime';
import type { TracedForward } from '../tracing';
import type { RepairProgress } from './repairLayers';

/** Options of {@link resetBatchNorm}, and of {@link repair} but for the weights. */
export interface ResetBatchNormOptions extends LongWorkOptions<RepairProgress> {
  /**
   * The network's function, as at inference: from params and a batch (a tensor [batch, …], or an array or a
   * record of them) to its output. It must do the same operations for all params and batches.
   */
  forward: TracedForward;
  /**
   * The data, without labels: a tensor [N, …], a record of such tensors for a network of several inputs, or an
   * iterable of batches, which is read several times. An array of tensors holds batches unless `forward`
   * fails on the first tensor by itself and runs on the whole array: then it is one input of several
   * tensors [N, …]. `[[x, z]]` is always one batch of two tensors.
   */
  inputs: BatchedInputs;
  /** The number of samples of a batch, where `inputs` are not batches already. Default 250. */
  batchSize?: number;
}

/** Options of {@link repair}. */
export interface RepairOptions extends ResetBatchNormOptions {
  /** The weight of each parent in the merged network, as for `average`. Default: equal weights. */
  weights?: readonly number[];
}
