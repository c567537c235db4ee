import { about, invalid } from '../errors';
import type { Params } from '../params';
import { composePermutations, invertPermutations, type Permutations } from '../permutation';
import { permutationArrays, permutationLists } from '../permutation/internal';
import { type Comparison, fittingPermutations, matching } from './comparison';
import type { NamedNetwork } from './namedNetworks';
import type { PlainPermutations } from './reports';

/**
 * Finds one permutation for each of several networks at once, such as a cycle-consistent match. It neither
 * changes nor disposes the networks.
 */
export type JointMatcher = (
  networks: readonly Params[],
  options: { signal?: AbortSignal },
) => Promise<readonly Permutations[]>;

/**
 * The permutations that a joint matcher finds, each followed by the inverse of the reference's: the
 * reference keeps its order, and all networks have moved in the same way.
 */
export async function jointPermutations(
  comparison: Comparison,
  matchAll: JointMatcher,
  networks: readonly NamedNetwork[],
  params: readonly Params[],
  reference: number,
): Promise<PlainPermutations[]> {
  return about('matchAll', async () => {
    const found = await matching(comparison, (options) => matchAll(params, options));
    if (!Array.isArray(found) || found.length !== params.length) {
      throw invalid(
        `it returned ${Array.isArray(found) ? found.length : 'no array of'} permutations for ${params.length} networks`,
        'Return one record of permutations for each network, in their order',
      );
    }
    const plain = found.map((each, i) =>
      about(networks[i].label, () => fittingPermutations(comparison.spec, params[i], each)),
    );
    const back = invertPermutations(permutationArrays(plain[reference]));
    return plain.map((each) =>
      permutationLists(composePermutations(permutationArrays(each), back)),
    );
  });
}
