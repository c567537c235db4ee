import { invalid } from '../../errors';
import { identityOf } from '../../symmetry/internal';
import { checkedTerms, OVERFLOW, overflowing, withoutConstants } from '../weights/finiteNetworks';
import type { MatchedNetworks } from '../weights/matchedNetworks';

/** Values of parameters' views in place of those of a network. */
export type OwnValues = Readonly<Record<string, Float32Array>>;

/**
 * A function that returns the {@link replacedConstants} of a network, found when it is opened for the first time.
 *
 * @param labels - The names of the networks in messages.
 */
export function constantsOnce(
  labels: readonly string[],
): (network: number, self: () => MatchedNetworks) => Promise<OwnValues> {
  const known = new Map<number, OwnValues>();
  return async (network, self) => {
    const own =
      known.get(network) ?? (await replacedConstants(self(), labels[network], labels.length));
    known.set(network, own);
    return own;
  };
}

/**
 * The parameters of a network with constants that have no finite products, such constants set to 0: values that no
 * group moves and that are NaN, infinite or very large. Most networks have none.
 *
 * @param self - The network as A and as B.
 * @param label - Its name in messages.
 * @param count - The number of networks: products of their sums must be finite too.
 * @throws InvalidInputError when a value that a group moves is NaN, infinite or so large that sums of products
 * could overflow.
 */
async function replacedConstants(
  self: MatchedNetworks,
  label: string,
  count: number,
): Promise<OwnValues> {
  const most = OVERFLOW / count ** 2;
  const start = identityOf(self.resolved);
  const suspects = await overflowing(self, checkedTerms(self), start, most);
  const replaced: Record<string, Float32Array> = {};
  for (const { param } of suspects) {
    const values = await withoutConstants(self, 'b', param);
    if (!(values.reduce((sum, value) => sum + value * value, 0) < most)) {
      throw invalid(
        `the squares of parameter '${param}' of ${label} overflow float32`,
        'Scale the weights of all networks down; their size does not change the permutations',
        { param },
      );
    }
    replaced[param] = values;
  }
  return replaced;
}
