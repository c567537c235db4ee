import { invalid } from '../errors';
import type { Params } from '../params/params';
import type { Permutations } from '../permutation/permutation';
import { read } from '../read';
import type { Objective } from './products/products';

/** From here on float32 is infinite. */
const OVERFLOW = 2 ** 128;

/**
 * Throws where a weight is NaN or infinite: the products of A and B show it, and cost little.
 *
 * @param products - Over every float32 parameter, voting or not.
 */
export async function assertFinite(
  fn: string,
  a: Params,
  b: Params,
  { terms, innerProducts }: Objective,
  start: Permutations,
): Promise<void> {
  const products = await innerProducts(terms, start);
  const suspect = terms[products.findIndex((product) => !(Math.abs(product) < OVERFLOW))]?.param;
  if (suspect === undefined) return;
  for (const [network, params] of [
    ['a', a],
    ['b', b],
  ] as const) {
    const values = await read(params[suspect]);
    const at = values.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) {
      throw invalid(
        fn,
        `parameter '${suspect}' of ${network} holds ${values[at]} at flat index ${at} of shape [${params[suspect].shape}]`,
        'Weights must be finite: did the training diverge?',
      );
    }
  }
  throw invalid(
    fn,
    `the products of a and b overflow float32 in parameter '${suspect}'`,
    'Scale the weights down; their size does not change the permutation',
  );
}
