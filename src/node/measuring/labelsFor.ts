import { cast, clone, type Tensor } from '@tensorflow/tfjs-core';
import { invalid } from '../../errors';
import { read } from '../../runtime';

/** A loss of a test set. */
export type TestLoss = 'crossEntropy' | 'mse';

/**
 * Labels in the type that a loss takes: int32 class numbers [N] or one-hot rows [N, classes] for cross entropy,
 * float32 targets for the mean squared error.
 *
 * @returns A new tensor; the caller disposes it.
 */
export async function labelsFor(loss: TestLoss, y: Tensor): Promise<Tensor> {
  if (loss === 'mse') return cast(y, 'float32');
  if (y.dtype !== 'float32' || y.rank !== 1) return clone(y);
  const wrong = (await read(y)).find((value) => !Number.isInteger(value));
  if (wrong === undefined) return cast(y, 'int32');
  throw invalid(
    `y holds ${wrong}, which is no class number`,
    'Save class numbers as integers, or pass --loss mse for targets',
    { param: 'y', received: wrong },
  );
}
