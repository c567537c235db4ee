import { perObject, sizeOf } from '../../params/internal';
import { countedWork } from '../products/countedWork';
import { packedProducts } from '../products/packedProducts';
import { weightNorms } from '../products/weightNorms';
import { sharedWeights, shareWeights } from '../products/weights';
import type { MatchedNetworks } from './matchedNetworks';
import type { MatchThreads } from './matchThreads';
import { movedSums } from './movedSums';
import type { Term } from './term';

/**
 * The same networks with products that are split among threads, and with values in memory that threads share if there
 * is room for all. Networks without a product that is worth it stay as they are.
 */
export async function threadedNetworks(
  networks: MatchedNetworks,
  threads: MatchThreads | undefined,
): Promise<MatchedNetworks> {
  if (!threads || networks.shared || !hasLargeProducts(networks, threads)) return networks;
  threads.work.free(); // They start while values are read.
  const { meter, names } = networks;
  const work = meter ? countedWork(threads.work, meter) : threads.work;
  const shared = isKept(networks) ? await shareWeights(networks.weights, names) : undefined;
  const { bytes } = networks.weights;
  const weights = shared ? { ...sharedWeights(shared), bytes } : networks.weights;
  return {
    ...networks,
    weights,
    shared,
    productsOf: perObject((terms: readonly Term[]) => packedProducts(weights, terms, work)),
    squaredNorms: weightNorms(weights),
    movedSums: (parameters, permutations) => movedSums(weights, parameters, permutations),
  };
}

/** True if all values of both networks may be kept. Those of larger networks are shared product by product. */
export function isKept({ weights, names }: MatchedNetworks): boolean {
  const sizes = names.map((name) => sizeOf(weights.shape(name)));
  return sizes.reduce((sum, size) => sum + 8 * size, 0) <= weights.bytes;
}

/** True if threads share memory, and a product of the match is large enough to be split. */
function hasLargeProducts(
  { names, weights, resolved: { places } }: MatchedNetworks,
  { work }: MatchThreads,
): boolean {
  if (typeof SharedArrayBuffer === 'undefined') return false;
  const included = new Set(names);
  return places.some(
    ({ param, units }) =>
      included.has(param) && units * sizeOf(weights.shape(param)) >= work.leastWork,
  );
}
