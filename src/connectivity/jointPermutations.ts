import { kindOf } from '../checks';
import { about, invalid } from '../errors';
import type { JointMatcher } from '../matching';
import type { Params } from '../params';
import { composePermutations, invertPermutations } from '../permutation';
import { permutationArrays, permutationLists } from '../permutation/internal';
import { type Comparison, fittingPermutations, matching } from './comparison';
import type { NamedNetwork } from './namedNetworks';
import type { PlainPermutations } from './reports';

/**
 * The permutations of a joint matcher, each composed with the inverse of the reference's permutation. The
 * reference then keeps its order, and the networks stay aligned to each other.
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
        `it must return ${params.length} records of permutations in an array, received ${Array.isArray(found) ? found.length : kindOf(found)}`,
        'Return one record of permutations for each network, in their order',
        { param: 'matchAll', received: Array.isArray(found) ? found.length : kindOf(found) },
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
