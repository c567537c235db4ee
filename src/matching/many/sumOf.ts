import type { Permutations } from '../../permutation';
import type { MatchedNetworks } from '../weights/matchedNetworks';
import type { Term } from '../weights/term';
import type { ManyNetworks, NetworkSum } from './manyNetworks';

/** The sum of networks with their units moved, and its objective. The caller disposes the sum. */
export async function sumOf(
  networks: ManyNetworks,
  permutations: readonly Permutations[],
  yieldPoint: () => Promise<void>,
): Promise<{ readonly sum: NetworkSum; readonly objective: number }> {
  const { terms } = networks;
  const sum = networks.emptySum();
  let objective = 0;
  try {
    for (const [k, own] of permutations.entries()) {
      await yieldPoint();
      const network = await networks.open(k);
      try {
        if (k > 0) objective += await objectiveOf(sum.against(network, null), terms, own);
        await sum.add(network, own);
      } finally {
        network.dispose();
      }
    }
    return { sum, objective };
  } catch (error) {
    sum.dispose();
    throw error;
  }
}

/** The objective ⟨A, P B⟩ of two networks over these terms. Disposes the pair. */
async function objectiveOf(
  pair: MatchedNetworks,
  terms: readonly Term[],
  permutations: Permutations,
): Promise<number> {
  try {
    const products = await pair.productsOf(terms).innerProducts(terms, permutations);
    return products.reduce((sum, product) => sum + product, 0);
  } finally {
    pair.dispose();
  }
}
