import { shown } from '../checks';
import { invalid } from '../errors';

/** Options of {@link classificationEvaluator} and {@link regressionEvaluator}. */
export interface EvaluatorOptions {
  /** The number of samples in one call of `forward`. Default 1000. */
  batchSize?: number;
  /**
   * The most bytes that the points of a barrier use for outputs of first layers, which are then computed once for
   * each network instead of at every point. 0 computes them at every point. Default 2 ** 28, 256 MiB.
   */
  sharedMemory?: number;
}

/** Throws unless `sharedMemory` is a number of bytes. */
export function assertSharedMemory(sharedMemory: number): void {
  if (typeof sharedMemory === 'number' && sharedMemory >= 0) return;
  throw invalid(
    `sharedMemory must be a number of bytes ≥ 0, received ${shown(sharedMemory)}`,
    'Leave it out for 2 ** 28, or pass 0 to compute first layers at every point',
    { param: 'sharedMemory', received: sharedMemory },
  );
}
