import { type PermutationSpec, permutationSpec } from 'perm-lmc';
import { convolutionsOf, type LayerNormNetwork } from './layerNormNetwork';

/** The spec of a network, of the groups that its description names. */
export function specOf(network: LayerNormNetwork): PermutationSpec {
  const convolutions = convolutionsOf(network).map(({ conv, norm, from, to }) => ({
    [`${conv}.weight`]: `${to} ${from} _ _`,
    [`${norm}.weight`]: to,
    [`${norm}.bias`]: to,
  }));
  return permutationSpec({
    ...Object.assign({}, ...convolutions),
    'fc.weight': `_ ${network.group}`,
    'fc.bias': '_',
  });
}
