import type { Evaluate, Params } from 'perm-lmc';
import { logitMetrics } from '../../../support/calibration/logitMetrics';
import type { LabelledLogits } from './labelledLogits';

/** The metrics of a pair: on test images, and with the prefix `train` on training images. */
export type SplitMetric = TestMetric | `train${Capitalize<TestMetric>}`;
type TestMetric = 'loss' | 'error' | 'calibrated';

/** Measures the loss, the error and the loss after calibration on test and on training images. */
export function splitEvaluator(images: {
  readonly test: LabelledLogits;
  readonly train: LabelledLogits;
}): Evaluate<SplitMetric> {
  const metricsOf = async ({ labels, logitsOf }: LabelledLogits, params: Params) =>
    logitMetrics({ labels, logits: await logitsOf(params) });
  return async (params) => {
    const test = await metricsOf(images.test, params);
    const { loss, error, calibrated } = await metricsOf(images.train, params);
    return { ...test, trainLoss: loss, trainError: error, trainCalibrated: calibrated };
  };
}
