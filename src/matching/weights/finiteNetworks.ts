import { invalid } from '../../errors';
import { crossOffsets } from '../../params/internal';
import type { Permutations } from '../../permutation';
import { viewElements } from '../../symmetry/internal';
import { axisOffsets, divideParameter } from './divideParameter';
import { type MatchedNetworks, NETWORK_LABELS, type ReplacedValues } from './matchedNetworks';
import { linearTerms } from './similarityKernel';
import type { Term } from './term';

/** Float32 values of this size are infinite. */
export const OVERFLOW = 2 ** 128;

/** The largest constant that is kept where products overflow: sums of products of such constants stay finite. */
const LARGEST_CONSTANT = 2 ** 48;

/**
 * The networks without the constants that have no finite products: values that no group moves (a mask, a
 * padding value) and that are NaN, infinite or so large that products overflow. They become 0, which leaves
 * them out of S.
 *
 * @param start - The permutations under which the products are checked.
 * @throws InvalidInputError when a value that a group moves is NaN or infinite, also in parameters that are
 * not included, or when products of such values overflow.
 */
export async function finiteNetworks(
  networks: MatchedNetworks,
  start: Permutations,
): Promise<MatchedNetworks> {
  const suspects = await overflowing(networks, checkedTerms(networks), start);
  if (suspects.length === 0) return networks;
  const values: Record<string, ReplacedValues[string]> = {};
  for (const { param } of suspects) {
    values[param] = {
      a: await withoutConstants(networks, 'a', param),
      b: await withoutConstants(networks, 'b', param),
    };
  }
  const { labels = NETWORK_LABELS } = networks;
  const finite = networks.withValues(values);
  const [overflow] = await overflowing(finite, suspects, start);
  if (overflow) {
    throw invalid(
      `the products of ${labels.a} and ${labels.b} overflow float32 in parameter '${overflow.param}'`,
      'Scale the weights down; their size does not change the permutation',
      { param: overflow.param },
    );
  }
  return finite;
}

/** The terms of all float32 parameters that are included or that a group moves. */
export function checkedTerms({ dtypes, names, resolved: { places } }: MatchedNetworks): Term[] {
  const relevant = new Set([...names, ...places.map(({ param }) => param)]);
  const floats = Object.keys(dtypes).filter((name) => dtypes[name] === 'float32');
  return linearTerms(
    floats.filter((name) => relevant.has(name)),
    places,
  );
}

/**
 * The terms whose product is not finite. Every NaN and every infinity shows in the product, at little cost.
 *
 * @param most - The size from which a product counts as infinite.
 */
export async function overflowing(
  networks: MatchedNetworks,
  terms: readonly Term[],
  start: Permutations,
  most = OVERFLOW,
): Promise<Term[]> {
  const products = await networks.productsOf(terms).innerProducts(terms, start);
  return terms.filter((_, t) => !(Math.abs(products[t]) < most));
}

/** The values of a parameter's view, large constants set to 0. Throws unless all that groups move is finite. */
export async function withoutConstants(
  { resolved, weights, readStored, labels = NETWORK_LABELS }: MatchedNetworks,
  network: 'a' | 'b',
  param: string,
): Promise<Float32Array> {
  const { values, shape } = await readStored(network, param);
  const view = resolved.views.get(param);
  /** The flat index of each value as stored. */
  const stored = Uint32Array.from(values, (_, at) => at);
  const order = view ? viewElements(stored, shape, view) : stored;
  const isMoved = new Uint8Array(values.length).fill(1);
  const { regions } = divideParameter(param, weights.shape(param), resolved);
  for (const { positions, groups } of regions) {
    if (groups.length > 0) continue;
    const offsets = axisOffsets(positions, weights.shape(param)).reduce(
      crossOffsets,
      Int32Array.of(0),
    );
    for (const at of offsets) isMoved[order[at]] = 0;
  }
  const at = Array.prototype.findIndex.call(
    values,
    (value, i) => isMoved[i] === 1 && !Number.isFinite(value),
  );
  if (at >= 0) {
    throw invalid(
      `parameter '${param}' of ${labels[network]} holds ${values[at]} at flat index ${at} of shape [${shape}]`,
      'Values that a group moves must be finite: check whether the training diverged',
      { param, received: values[at] },
    );
  }
  return Float32Array.from(order, (i) => {
    const isKept = isMoved[i] === 1 || Math.abs(values[i]) <= LARGEST_CONSTANT;
    return isKept ? values[i] : 0;
  });
}
