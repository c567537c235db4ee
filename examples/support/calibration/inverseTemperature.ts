import { type Predictions, scaledLoss } from './scaledLoss';

/** The temperatures 1/β that are considered lie between 1/100 and 100. */
const LIMIT = Math.log(100);

/**
 * The inverse temperature β in 1/100 … 100 with the smallest mean cross-entropy of β·logits: the zero of its slope,
 * which rises with β, by bisection in log β.
 *
 * @see Guo et al. 2017, On Calibration of Modern Neural Networks (arXiv 1706.04599).
 */
export function inverseTemperature(predictions: Predictions): number {
  let [low, high] = [-LIMIT, LIMIT];
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (scaledLoss(predictions, Math.exp(middle)).slope < 0) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}
