import type { Tensor } from '@tensorflow/tfjs-core';

import { assertInteger, kindOf } from '../checks';

import { invalid } from '../errors';
import type { NetworkInput } from '../params';
import { isNetworkInput, sampleCount } from '../params/internal';
import { assertWithinReach, read } from '../runtime';

/** Labelled data for a classifier. */
export interface ClassificationData<Input extends NetworkInput = Tensor> {
  /** Inputs [N, …]: a tensor, or an array or a record of tensors for a network of several inputs. */
  readonly x: Input;
  /** Labels: class indices 0 … C − 1 as int32 [N], or one-hot rows [N, C]. */
  readonly y: Tensor;
}

/**
 * Returns the number of samples N. Throws unless x and y hold N samples each, y has a valid shape and dtype,
 * and `batchSize` ≥ 1.
 */
export function assertData(x: NetworkInput, y: Tensor, batchSize: number): number {
  if (!isNetworkInput(x)) {
    throw invalid(
      `x must be a tensor, or an array or a record of tensors, received ${kindOf(x)}`,
      'Pass inputs [N, …]; a network of several inputs takes an array or a record of them',
      { param: 'x', received: kindOf(x) },
    );
  }
  const count = sampleCount('x', x);
  if (!(y.rank === 1 && y.dtype === 'int32') && y.rank !== 2) {
    throw invalid(
      `y must be int32 class indices [N] or one-hot rows [N, C], received ${y.dtype} [${y.shape}]`,
      'Cast class indices to int32, or pass one-hot rows',
      { param: 'y', received: y.shape },
    );
  }
  if (count !== y.shape[0]) {
    throw invalid(`x has ${count} samples and y ${y.shape[0]}`, 'Pass one label for each sample', {
      param: 'y',
      axis: 0,
      received: y.shape,
    });
  }
  assertInteger('batchSize', batchSize, 1, 'Leave it out for 1000');
  assertWithinReach('y', y);
  return count;
}

/** Returns the greatest class index, −1 for one-hot rows. Throws on a negative index. */
export async function checkLabels(y: Tensor): Promise<number> {
  if (y.rank === 2) return -1;
  const labels = await read<'int32'>(y);
  const negative = labels.findIndex((label) => label < 0);
  if (negative >= 0) {
    throw invalid(
      `y must hold class indices ≥ 0, but label ${negative} is ${labels[negative]}`,
      'Pass class indices from 0 to C − 1',
      { param: 'y', received: labels[negative] },
    );
  }
  let greatest = 0;
  for (const label of labels) greatest = Math.max(greatest, label);
  return greatest;
}
