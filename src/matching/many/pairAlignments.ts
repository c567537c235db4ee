import { composePermutations, invertPermutations, type Permutations } from '../../permutation';
import { alignmentOf, type MatchAlignment } from '../alignmentOf';
import { divideParameter } from '../weights/divideParameter';
import type { ManyNetworks } from './manyNetworks';

/** Two networks of a joint match. */
export interface MatchedPair {
  /** The index of the first network. */
  readonly a: number;
  /** The index of the second network, greater than `a`. */
  readonly b: number;
  /** The alignment of the values that groups move: of θ_a and θ_b as given, and of X_a and X_b. */
  readonly alignment: MatchAlignment;
  /** ⟨X_a, X_b⟩. */
  readonly objective: number;
}

/** All pairs of networks. Two networks are open at a time: n(n + 1)/2 − 1 loads. */
export async function pairAlignments(
  networks: ManyNetworks,
  permutations: readonly Permutations[],
  yieldPoint: () => Promise<void>,
): Promise<MatchedPair[]> {
  const { count, resolved, included, terms } = networks;
  const groups = resolved.groups.map(({ name }) => name);
  const pairs: MatchedPair[] = [];
  for (let a = 0; a < count - 1; a++) {
    const first = await networks.open(a);
    try {
      const back = invertPermutations(permutations[a]);
      for (let b = a + 1; b < count; b++) {
        await yieldPoint();
        const second = await networks.open(b);
        const pair = networks.pair(first, second);
        try {
          const relative = composePermutations(permutations[b], back);
          const parameters = included.map((name) =>
            divideParameter(name, pair.weights.shape(name), resolved),
          );
          const products = await pair.productsOf(terms).innerProducts(terms, relative);
          const sums = await pair.movedSums(parameters, relative);
          pairs.push({
            ...{ a, b, alignment: alignmentOf(groups, sums) },
            objective: products.reduce((sum, product) => sum + product, 0),
          });
        } finally {
          pair.dispose();
          second.dispose();
        }
      }
    } finally {
      first.dispose();
    }
  }
  return pairs;
}
