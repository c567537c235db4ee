import { invalid } from '../errors';
import type { Params } from '../params';
import { composePermutations, invertPermutations, type Permutations } from '../permutation';
import { permutationArrays, permutationLists } from '../permutation/internal';
import type { PermutationSpec } from '../symmetry';
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
  const where = `${comparison.fn}, matchAll`;
  const found = await matching(comparison, where, (options) => matchAll(params, options));
  if (!Array.isArray(found) || found.length !== params.length) {
    throw invalid(
      where,
      `it returned ${Array.isArray(found) ? found.length : 'no array of'} permutations for ${params.length} networks`,
      'Return one record of permutations for each network, in their order',
    );
  }
  const plain = found.map((each, i) =>
    fitting(where, comparison.spec, networks[i], params[i], each),
  );
  const back = invertPermutations(permutationArrays(plain[reference]));
  return plain.map((each) => permutationLists(composePermutations(permutationArrays(each), back)));
}

function fitting(
  where: string,
  spec: PermutationSpec,
  { label }: NamedNetwork,
  params: Params,
  permutations: Permutations,
): PlainPermutations {
  return fittingPermutations(`${where}, ${label}`, spec, params, permutations);
}
