import { invalid } from '../../errors';
import type { Permutations } from '../../permutation';
import { viewElements } from '../../symmetry/internal';
import type { MatchedNetworks, ReplacedValues } from './matchedNetworks';
import { axisOffsets, crossSums, divideParameter } from './regions';
import { linearTerms } from './similarityKernel';
import type { Term } from './term';

/** From here on float32 is infinite. */
const OVERFLOW = 2 ** 128;

/** Constants above this size are left out where products overflow: no sum of products of smaller ones does. */
const LARGEST_CONSTANT = 2 ** 48;

/**
 * The networks without the constants of which no finite products can be made: values that no group moves
 * and that are NaN, infinite or so large that products overflow (a mask, a padding value). They become 0, which
 * leaves them out of S.
 *
 * @throws InvalidInputError when a value that a group moves is NaN or infinite, also in parameters that are
 * not included, or products of such values overflow.
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
  const finite = networks.withValues(values);
  const [overflow] = await overflowing(finite, suspects, start);
  if (overflow) {
    throw invalid(
      `the products of a and b overflow float32 in parameter '${overflow.param}'`,
      'Scale the weights down; their size does not change the permutation',
    );
  }
  return finite;
}

/** The parameters of floats that are included or that a group moves. */
function checkedTerms({ dtypes, names, resolved: { places } }: MatchedNetworks): Term[] {
  const relevant = new Set([...names, ...places.map(({ param }) => param)]);
  const floats = Object.keys(dtypes).filter((name) => dtypes[name] === 'float32');
  return linearTerms(
    floats.filter((name) => relevant.has(name)),
    places,
  );
}

/** The terms whose product is not finite: every NaN and every infinity shows in it, and it costs little. */
async function overflowing(
  networks: MatchedNetworks,
  terms: readonly Term[],
  start: Permutations,
): Promise<Term[]> {
  const products = await networks.productsOf(terms).innerProducts(terms, start);
  return terms.filter((_, t) => !(Math.abs(products[t]) < OVERFLOW));
}

/** The values of a parameter's view, less its large constants; throws unless all that groups move is finite. */
async function withoutConstants(
  { resolved, weights, readStored }: MatchedNetworks,
  network: 'a' | 'b',
  param: string,
): Promise<Float32Array> {
  const { values, shape } = await readStored(network, param);
  const view = resolved.views.get(param);
  /** Where each value of the view is stored. */
  const stored = Uint32Array.from(values, (_, at) => at);
  const order = view ? viewElements(stored, shape, view) : stored;
  const isMoved = new Uint8Array(values.length).fill(1);
  const { regions } = divideParameter(param, weights.shape(param), resolved);
  for (const { positions, groups } of regions) {
    if (groups.length > 0) continue;
    const offsets = axisOffsets(positions, weights.shape(param)).reduce(
      crossSums,
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
      `parameter '${param}' of ${network} holds ${values[at]} at flat index ${at} of shape [${shape}]`,
      'Values that a group moves must be finite: see whether the training diverged',
    );
  }
  return Float32Array.from(order, (i) => {
    const isKept = isMoved[i] === 1 || Math.abs(values[i]) <= LARGEST_CONSTANT;
    return isKept ? values[i] : 0;
  });
}
