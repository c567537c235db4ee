import type { BatchedInputs } from '../params/internal';
import type { LongWorkOptions } from '../runtime';
import type { TracedForward } from '../tracing';
import type { RepairProgress } from './repairLayers';

/** Options of {@link resetBatchNorm}, and of {@link repair} but for the weights. */
export interface ResetBatchNormOptions extends LongWorkOptions<RepairProgress> {
  /** The network's function, as at inference. It must do the same operations for every params and batch. */
  forward: TracedForward;
  /** The data, labels not needed: a tensor [N, …], or batches, which are gone through several times. */
  inputs: BatchedInputs;
  /** How many samples go through the network at once, where `inputs` are not batches already. Default 250. */
  batchSize?: number;
}

/** Options of {@link repair}. */
export interface RepairOptions extends ResetBatchNormOptions {
  /** How much of each parent is in the merged network, as for `average`. Default: the same of each. */
  weights?: readonly number[];
}
