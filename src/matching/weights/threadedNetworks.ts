import { sizeOf } from '../../params/internal';
import { sharedWeights, shareWeights } from '../products/weights';
import { type MatchedNetworks, packedNetworks } from './matchedNetworks';
import type { MatchThreads } from './matchThreads';

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
  const { weights, names } = networks;
  if (!isKept(networks)) return packedNetworks(networks, threads.work);
  const shared = await shareWeights(weights, names);
  const own = { ...networks, weights: { ...sharedWeights(shared), bytes: weights.bytes } };
  return { ...packedNetworks(own, threads.work), shared };
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
