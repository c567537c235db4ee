import type { BatchedInputs } from '../params';
import type { LongWorkOptions } from '../runtime';
import type { TracedForward } from '../tracing';
import type { RepairProgress } from './repairLayers';

/** Options of {@link resetBatchNorm}, and all options of {@link repair} except `weights`. */
export interface ResetBatchNormOptions extends LongWorkOptions<RepairProgress> {
  /**
   * The network's function in inference mode: from params and a batch (a tensor [batch, …], or an array or a record
   * of such tensors) to its output. It must run the same operations for all params and batches.
   */
  forward: TracedForward;
  /**
   * The data, without labels: a tensor [N, …], a record of such tensors for a network of several inputs, or an
   * iterable of batches, which is read several times. An array of tensors is an array of batches unless `forward`
   * fails on the first tensor alone and runs on the whole array. It is then one input of several tensors [N, …].
   * `[[x, z]]` is always one batch of two tensors.
   */
  inputs: BatchedInputs;
  /** The number of samples per batch, for `inputs` that are not batches already. Default 250. */
  batchSize?: number;
}

/** Options of {@link repair}. */
export interface RepairOptions extends ResetBatchNormOptions {
  /** The weight of each parent in the merged network, as for `average`. Default: equal weights. */
  weights?: readonly number[];
}
