import { type Predictions, scaledLoss } from './scaledLoss';

/** The mean cross-entropy in nats, and the share of samples whose greatest logit is not that of their class. */
export function lossAndError(predictions: Predictions): { loss: number; error: number } {
  const { logits, labels } = predictions;
  const classes = logits.length / labels.length;
  const wrong = labels.reduce((count, label, sample) => {
    const z = logits.subarray(sample * classes, (sample + 1) * classes);
    return count + (z.indexOf(Math.max(...z)) === label ? 0 : 1);
  }, 0);
  return { loss: scaledLoss(predictions, 1).loss, error: wrong / labels.length };
}
