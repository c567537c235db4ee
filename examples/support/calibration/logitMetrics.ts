import { calibratedLoss } from './calibratedLoss';
import { lossAndError } from './lossAndError';
import type { Predictions } from './scaledLoss';

/** The loss and the error of predictions, and the mean cross-entropy after calibration of the temperature, in nats. */
export function logitMetrics(
  predictions: Predictions,
): Record<'loss' | 'error' | 'calibrated', number> {
  return { ...lossAndError(predictions), calibrated: calibratedLoss(predictions) };
}
