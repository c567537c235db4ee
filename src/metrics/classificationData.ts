import type { Tensor } from '@tensorflow/tfjs-core';
import { assertInteger } from '../checks';
import { invalid } from '../errors';
import { assertWithinReach, read } from '../runtime';

/** Labelled data for a classifier. */
export interface ClassificationData {
  /** Inputs, [N, …]. */
  readonly x: Tensor;
  /** Labels: class indices 0 … C − 1 as int32 [N], or one-hot rows [N, C]. */
  readonly y: Tensor;
}

/** Throws unless there are as many labels as inputs, of a kind that can be read, and batches hold one. */
export function assertData(x: Tensor, y: Tensor, batchSize: number): void {
  if (x.rank === 0 || x.shape[0] === 0) {
    throw invalid(
      `x has shape [${x.shape}], so it holds no sample`,
      'Pass inputs [N, …] with N ≥ 1',
    );
  }
  if (!(y.rank === 1 && y.dtype === 'int32') && y.rank !== 2) {
    throw invalid(
      `y is ${y.dtype} [${y.shape}]`,
      'Pass class indices as int32 [N], or one-hot rows [N, C]',
    );
  }
  if (x.shape[0] !== y.shape[0]) {
    throw invalid(
      `x has ${x.shape[0]} samples and y ${y.shape[0]}`,
      'Pass one label for each input',
    );
  }
  assertInteger('batchSize', batchSize, 1, 'Leave it out for 1000');
  assertWithinReach('x', x);
  assertWithinReach('y', y);
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
