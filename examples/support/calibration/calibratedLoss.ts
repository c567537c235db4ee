import { inverseTemperature } from './inverseTemperature';
import { type Predictions, scaledLoss } from './scaledLoss';

/**
 * The mean cross-entropy after calibration of the temperature, on samples that the temperature was not fitted to:
 * each half of the samples, those of even and of odd index, has the temperature that is best for the other.
 */
export function calibratedLoss(predictions: Predictions): number {
  const { length } = predictions.labels;
  if (length < 2) throw new Error(`a temperature is fitted to 2 samples or more, not ${length}`);
  const [even, odd] = [0, 1].map((offset) => half(predictions, offset));
  const [first, second] = [
    scaledLoss(even, inverseTemperature(odd)).loss,
    scaledLoss(odd, inverseTemperature(even)).loss,
  ];
  return (first * even.labels.length + second * odd.labels.length) / length;
}

function half({ logits, labels }: Predictions, offset: number): Predictions {
  const classes = logits.length / labels.length;
  return {
    logits: logits.filter((_, i) => Math.floor(i / classes) % 2 === offset),
    labels: labels.filter((_, i) => i % 2 === offset),
  };
}
