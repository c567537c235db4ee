/** Logits [n, classes], row-major, and the classes of the samples, [n]. */
export interface Predictions {
  readonly logits: Float32Array;
  readonly labels: Int32Array;
}

/**
 * The mean cross-entropy of logits z that are multiplied by an inverse temperature β, with its slope:
 *
 *     L(β) = mean(log Σ_k exp(β z_k) − β z_y)      L′(β) = mean(Σ_k p_k z_k − z_y)      p = softmax(β z)
 *
 * L is convex: L″ is the mean variance of z under p.
 */
export function scaledLoss(
  { logits, labels }: Predictions,
  beta: number,
): { loss: number; slope: number } {
  const classes = logits.length / labels.length;
  let [loss, slope] = [0, 0];
  for (const [sample, label] of labels.entries()) {
    const z = logits.subarray(sample * classes, (sample + 1) * classes);
    const greatest = Math.max(...z);
    let [sum, expected] = [0, 0];
    for (const value of z) {
      const weight = Math.exp(beta * (value - greatest));
      sum += weight;
      expected += weight * value;
    }
    loss += Math.log(sum) + beta * (greatest - z[label]);
    slope += expected / sum - z[label];
  }
  return { loss: loss / labels.length, slope: slope / labels.length };
}
