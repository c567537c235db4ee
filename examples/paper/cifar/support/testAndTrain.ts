import type { Evaluate } from 'perm-lmc';

/** Metrics on test images, and with the prefix `train` on training images. */
export type BothMetric = 'loss' | 'error' | 'trainLoss' | 'trainError';

/** Measures a network on test images and on training images. */
export function testAndTrain(
  test: Evaluate<'loss' | 'error'>,
  train: Evaluate<'loss' | 'error'>,
): Evaluate<BothMetric> {
  return async (params) => {
    const { loss, error } = await test(params);
    const { loss: trainLoss, error: trainError } = await train(params);
    return { loss, error, trainLoss, trainError };
  };
}
