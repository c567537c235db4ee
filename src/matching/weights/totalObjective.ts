import type { Permutations } from '../../permutation';
import type { Objective } from '../products/products';

/** S(P), each term counted once. */
export async function totalObjective(
  { terms, innerProducts }: Objective,
  permutations: Permutations,
): Promise<number> {
  const products = await innerProducts(terms, permutations);
  return products.reduce((sum, product) => sum + product, 0);
}
