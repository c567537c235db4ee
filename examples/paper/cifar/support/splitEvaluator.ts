import type { Evaluate } from 'perm-lmc';
import { logitMetrics } from '../../../support/calibration/logitMetrics';
import type { LabelledPhotos } from '../../../support/cifar';
import type { LayerNormNetwork } from '../../../support/layerNorm/layerNormNetwork';
import { wasmLogits } from '../../../support/training/wasmLogits';
import { type SplitMetric, testAndTrain } from './testAndTrain';

/** The metrics of a pair. */
export type PairMetric = SplitMetric<'loss' | 'error' | 'calibrated'>;

/** Measures the loss, the error and the loss after calibration on test and on training images. */
export function splitEvaluator(
  network: LayerNormNetwork,
  { test, train }: { readonly test: LabelledPhotos; readonly train: LabelledPhotos },
): Evaluate<PairMetric> {
  const on = (photos: LabelledPhotos) => {
    const logitsOf = wasmLogits(network, photos);
    return async (params: Parameters<typeof logitsOf>[0]) =>
      logitMetrics({ labels: photos.labels, logits: await logitsOf(params) });
  };
  return testAndTrain(on(test), on(train));
}
