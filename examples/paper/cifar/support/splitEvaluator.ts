import type { Evaluate, Params } from 'perm-lmc';
import { logitMetrics } from '../../../support/calibration/logitMetrics';
import type { LabelledPhotos } from '../../../support/cifar';
import type { LayerNormNetwork } from '../../../support/layerNorm/layerNormNetwork';
import { wasmLogits } from '../../../support/training/wasmLogits';

/** The metrics of a pair: on test images, and with the prefix `train` on training images. */
export type SplitMetric = TestMetric | `train${Capitalize<TestMetric>}`;
type TestMetric = 'loss' | 'error' | 'calibrated';

/** Measures the loss, the error and the loss after calibration on test and on training images. */
export function splitEvaluator(
  network: LayerNormNetwork,
  { test, train }: { readonly test: LabelledPhotos; readonly train: LabelledPhotos },
): Evaluate<SplitMetric> {
  const [onTest, onTrain] = [test, train].map((photos) => {
    const logitsOf = wasmLogits(network, photos);
    return async (params: Params) =>
      logitMetrics({ labels: photos.labels, logits: await logitsOf(params) });
  });
  return async (params) => {
    const { loss, error, calibrated } = await onTrain(params);
    const onTraining = { trainLoss: loss, trainError: error, trainCalibrated: calibrated };
    return { ...(await onTest(params)), ...onTraining };
  };
}
