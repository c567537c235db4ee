import { calibratedLoss } from './calibratedLoss';
import { type Predictions, scaledLoss } from './scaledLoss';

/** Metrics of a classifier, from its logits. */
export interface LogitMetrics {
  /** The mean cross-entropy in nats. */
  readonly loss: number;
  /** The share of samples whose greatest logit is not that of their class. */
  readonly error: number;
  /** The mean cross-entropy in nats after calibration of the temperature. */
  readonly calibrated: number;
}

/** The loss, the error and the calibrated loss of predictions. */
export function logitMetrics(predictions: Predictions): LogitMetrics {
  const { logits, labels } = predictions;
  const classes = logits.length / labels.length;
  const wrong = labels.reduce((count, label, sample) => {
    const z = logits.subarray(sample * classes, (sample + 1) * classes);
    return count + (z.indexOf(Math.max(...z)) === label ? 0 : 1);
  }, 0);
  return {
    loss: scaledLoss(predictions, 1).loss,
    error: wrong / labels.length,
    calibrated: calibratedLoss(predictions),
  };
}
