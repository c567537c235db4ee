import { invalid } from '../errors';
import type { Permutations } from '../permutation';
import type { Objective } from './products/products';

/** From here on float32 is infinite. */
const OVERFLOW = 2 ** 128;

/** A parameter as it is stored, rather than as its view. */
interface StoredValues {
  readonly values: ArrayLike<number>;
  readonly shape: readonly number[];
}

/** Reads a parameter of one of two networks. */
export type ReadStored = (network: 'a' | 'b', param: string) => Promise<StoredValues>;

/**
 * Throws where a weight is NaN or infinite: the products of A and B show it, and cost little.
 *
 * @param objective - Over every float32 parameter, voting or not.
 */
export async function assertFinite(
  readStored: ReadStored,
  { terms, innerProducts }: Objective,
  start: Permutations,
): Promise<void> {
  const products = await innerProducts(terms, start);
  const suspect = terms[products.findIndex((product) => !(Math.abs(product) < OVERFLOW))]?.param;
  if (suspect === undefined) return;
  for (const network of ['a', 'b'] as const) {
    const { values, shape } = await readStored(network, suspect);
    const at = Array.prototype.findIndex.call(values, (value) => !Number.isFinite(value));
    if (at >= 0) {
      throw invalid(
        `parameter '${suspect}' of ${network} holds ${values[at]} at flat index ${at} of shape [${shape}]`,
        'Weights must be finite: did the training diverge?',
      );
    }
  }
  throw invalid(
    `the products of a and b overflow float32 in parameter '${suspect}'`,
    'Scale the weights down; their size does not change the permutation',
  );
}
