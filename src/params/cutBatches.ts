import { slice, type Tensor } from '@tensorflow/tfjs-core';

/** Consecutive samples: start … start + size − 1. */
export interface Batch {
  readonly start: number;
  readonly size: number;
}

/** The ⌈count / batchSize⌉ batches of `count` samples. The last may be smaller than `batchSize`. */
export function cutBatches(count: number, batchSize: number): Batch[] {
  return Array.from({ length: Math.ceil(count / batchSize) }, (_, i) => ({
    start: i * batchSize,
    size: Math.min(batchSize, count - i * batchSize),
  }));
}

/**
 * The samples of a batch.
 *
 * @param x - `[N, …]`
 * @returns `[size, …]`: a new tensor that the caller owns, or x itself if the batch holds all N samples.
 */
export function rowsOf(x: Tensor, { start, size }: Batch): Tensor {
  const [count, ...others] = x.shape;
  if (size === count) return x;
  return slice(x, [start, ...others.map(() => 0)], [size, ...others]);
}
