import type { Params, PermutationSpec, Permutations } from 'perm-lmc';
import type { Products } from '../../src/matching/products/products';
import type { Weights } from '../../src/matching/products/weights';
import {
  cosineTerms,
  linearTerms,
  type SimilarityKernel,
} from '../../src/matching/weights/similarityKernel';
import { tensorNetworks } from '../../src/matching/weights/tensorNetworks';
import type { Term } from '../../src/matching/weights/term';
import type { ResolvedGroup } from '../../src/symmetry/resolveShapes';

/** Two networks as a match sees them. */
export interface PreparedPair {
  readonly weights: Weights;
  readonly terms: readonly Term[];
  readonly groups: readonly ResolvedGroup[];
  readonly products: Products<unknown>;
  /** S of these permutations. */
  objective(permutations: Permutations): Promise<number>;
  dispose(): void;
}

/** Prepares two networks under a kernel, with all of their float parameters. */
export async function preparedPair(
  spec: PermutationSpec,
  a: Params,
  b: Params,
  kernel: SimilarityKernel = 'linear',
): Promise<PreparedPair> {
  const settings = { include: () => true, engine: 'packed', threads: undefined } as const;
  const networks = tensorNetworks(spec, a, b, settings);
  const { resolved, names, weights } = networks;
  const own = names.filter((name) => !/num_batches/.test(name));
  const terms =
    kernel === 'linear'
      ? linearTerms(own, resolved.places)
      : await cosineTerms(own, resolved.places, networks.squaredNorms);
  const products = networks.productsOf(terms);
  return {
    weights,
    terms,
    groups: resolved.groups,
    products,
    objective: async (permutations) =>
      (await products.innerProducts(terms, permutations)).reduce((sum, each) => sum + each, 0),
    dispose: () => networks.dispose(),
  };
}
