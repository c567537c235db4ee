import { dispose, type Tensor2D } from '@tensorflow/tfjs-core';
import { type PartlyMapped, producerRows } from './producerRows';

/**
 * Computes a value from the weights that produce the units of a group in each network, `[units, weights]`, and disposes
 * these rows.
 *
 * @throws InvalidInputError when a weight is not finite.
 */
export async function withProducerRows<Value>(
  group: string,
  networks: readonly PartlyMapped[],
  yieldPoint: () => Promise<void>,
  compute: (rows: readonly Tensor2D[]) => Promise<Value>,
): Promise<Value> {
  const rows: Tensor2D[] = [];
  try {
    for (const network of networks) rows.push(await producerRows(group, network, yieldPoint));
    return await compute(rows);
  } finally {
    dispose(rows);
  }
}
