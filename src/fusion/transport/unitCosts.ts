import { read } from '../../runtime';
import type { PartlyMapped } from '../units/producerRows';
import { withProducerRows } from '../units/withProducerRows';

/**
 * The distances C_ij = |a_i − b_j| between the weights that produce the units of a group, `[n_A × n_B]`.
 *
 * @throws InvalidInputError when a weight is not finite.
 */
export async function unitCosts(
  group: string,
  networks: readonly PartlyMapped[],
  yieldPoint: () => Promise<void>,
): Promise<Float64Array> {
  return withProducerRows(group, networks, yieldPoint, async ([a, b]) => {
    const [valuesA, valuesB] = [await read(a), await read(b)];
    const costs = new Float64Array(a.shape[0] * b.shape[0]);
    for (let i = 0; i < a.shape[0]; i++) {
      await yieldPoint();
      for (let j = 0; j < b.shape[0]; j++) {
        costs[i * b.shape[0] + j] = distance(valuesA, i, valuesB, j, a.shape[1]);
      }
    }
    return costs;
  });
}

function distance(
  a: ArrayLike<number>,
  rowA: number,
  b: ArrayLike<number>,
  rowB: number,
  length: number,
): number {
  let sum = 0;
  for (let k = 0; k < length; k++) sum += (a[rowA * length + k] - b[rowB * length + k]) ** 2;
  return Math.sqrt(sum);
}
