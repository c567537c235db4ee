import { BLOCK } from './maps';

/**
 * The sum of the cross-entropies of logits z [blocks, classes, 8], in nats. Their
 * gradients, (softmax(z) − one-hot(label)) · share, are written to `gradients`; zeros for samples without a label.
 */
export function lossGradients(
  logits: Float32Array,
  labels: Int32Array,
  share: number,
  gradients: Float32Array,
): number {
  const classes = logits.length / (BLOCK * Math.ceil(labels.length / BLOCK));
  gradients.fill(0);
  let loss = 0;
  labels.forEach((label, sample) => {
    const first = Math.floor(sample / BLOCK) * classes * BLOCK + (sample % BLOCK);
    const at = Array.from({ length: classes }, (_, c) => first + c * BLOCK);
    const greatest = Math.max(...at.map((i) => logits[i]));
    const total = at.reduce((sum, i) => sum + Math.exp(logits[i] - greatest), 0);
    loss += greatest + Math.log(total) - logits[at[label]];
    for (const i of at) gradients[i] = (share * Math.exp(logits[i] - greatest)) / total;
    gradients[at[label]] -= share;
  });
  return loss;
}
