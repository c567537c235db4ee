import type { ParameterFilter, Params } from '../../params';
import type { Permutations } from '../../permutation';
import type { PermutationSpec } from '../../symmetry';
import { alignmentOf } from '../alignmentOf';
import type { MatchResult } from '../matchResult';
import { divideParameter } from '../weights/divideParameter';
import { finiteNetworks } from '../weights/finiteNetworks';
import { linearTerms } from '../weights/similarityKernel';
import { tensorNetworks } from '../weights/tensorNetworks';
import { totalObjective } from '../weights/totalObjective';
import { unitSimilarity } from '../weights/unitSimilarity';

/** A match by its permutations, however they were found. */
export type DescribedMatch = Pick<
  MatchResult,
  'permutations' | 'objective' | 'alignment' | 'similarity'
>;

/** S, the alignment and the similarity of the units of two networks under given permutations. */
export async function describeMatch(
  spec: PermutationSpec,
  a: Params,
  b: Params,
  permutations: Permutations,
  include: ParameterFilter,
): Promise<DescribedMatch> {
  const networks = tensorNetworks(spec, a, b, { include, engine: 'auto', threads: undefined });
  try {
    const { names, resolved, productsOf, weights, movedSums } = await finiteNetworks(
      networks,
      permutations,
    );
    const objective = await totalObjective(
      productsOf(linearTerms(names, resolved.places)),
      permutations,
    );
    const parameters = names.map((name) => divideParameter(name, weights.shape(name), resolved));
    const sums = await movedSums(parameters, permutations);
    return {
      permutations,
      objective,
      alignment: alignmentOf(Object.keys(permutations), sums),
      similarity: await unitSimilarity(spec, a, b, { permutations, include }),
    };
  } finally {
    networks.dispose();
  }
}
