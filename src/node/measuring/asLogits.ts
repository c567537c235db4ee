import { log, maximum, Tensor, tidy } from '@tensorflow/tfjs-core';
import type { NetworkInput, Params } from '../../params';
import { mapInput, rowsOf } from '../../params/internal';
import { readAndDispose } from '../../runtime';

type Forward = (params: Params, x: NetworkInput) => Tensor;

/**
 * The forward function of a classifier with logits as outputs. If it ends with a softmax, that is, if each row of its
 * outputs on the first batch has no negative value and the sum 1, the logarithms of the outputs are taken: their
 * softmax is the outputs.
 *
 * @param batchSize - The number of samples in the first batch.
 */
export async function asLogits(
  forward: Forward,
  params: Params,
  x: NetworkInput,
  batchSize: number,
): Promise<Forward> {
  const outputs = tidy(() =>
    forward(
      params,
      mapInput(x, (tensor) =>
        rowsOf(tensor, { start: 0, size: Math.min(batchSize, tensor.shape[0]) }),
      ),
    ),
  );
  if (!(outputs instanceof Tensor) || outputs.rank !== 2) return forward;
  const classes = outputs.shape[1]!;
  const values = await readAndDispose(outputs);
  if (!areProbabilities(values, classes)) return forward;
  // The least normal float32: the logarithm of 0 would be −∞.
  return (own, input) => log(maximum(forward(own, input), 2 ** -126));
}

/** The greatest rounding error of a sum of probabilities. */
const TOLERANCE = 1e-3;

function areProbabilities(values: Float32Array, classes: number): boolean {
  if (classes < 2) return false;
  for (let start = 0; start < values.length; start += classes) {
    let sum = 0;
    for (let i = start; i < start + classes; i++) {
      if (!(values[i] >= 0)) return false;
      sum += values[i];
    }
    if (Math.abs(sum - 1) > TOLERANCE) return false;
  }
  return true;
}
