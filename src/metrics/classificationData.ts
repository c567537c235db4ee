import type { Tensor } from '@tensorflow/tfjs-core';

import { assertInteger } from '../checks';

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
 * The number of samples. Throws unless there are as many labels as inputs, of a kind that can be read,
 * and batches hold one.
 */
export function assertData(x: NetworkInput, y: Tensor, batchSize: number): number {
  if (!isNetworkInput(x)) {
    throw invalid(
      'x is no tensor, nor an array or a record of tensors',
      'Pass inputs [N, …], several for a network of several inputs',
    );
  }
  const count = sampleCount('x', x);
  if (!(y.rank === 1 && y.dtype === 'int32') && y.rank !== 2) {
    throw invalid(
      `y is ${y.dtype} [${y.shape}]`,
      'Pass class indices as int32 [N], or one-hot rows [N, C]',
    );
  }
  if (count !== y.shape[0]) {
    throw invalid(`x has ${count} samples and y ${y.shape[0]}`, 'Pass one label for each input');
  }
  assertInteger('batchSize', batchSize, 1, 'Leave it out for 1000');
  assertWithinReach('y', y);
  return count;
}

/** The greatest class index among the labels, −1 for one-hot rows. */
export async function checkLabels(y: Tensor): Promise<number> {
  if (y.rank === 2) return -1;
  const labels = await read<'int32'>(y);
  const negative = labels.findIndex((label) => label < 0);
  if (negative >= 0) {
    throw invalid(`label ${negative} is ${labels[negative]}`, 'Class indices are 0 … C − 1');
  }
  let greatest = 0;
  for (const label of labels) greatest = Math.max(greatest, label);
  return greatest;
}
