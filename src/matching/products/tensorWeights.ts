import type { Params } from '../../params';
import { read } from '../../runtime';
import { keptValues } from './keptValues';
import type { Weights } from './weights';

/** The bytes of values that may be kept for small networks: reading them again takes longer than their products. */
const LEAST_KEPT = 2 ** 27;

/**
 * The values of tensors. They are read once and kept as long as they fit in a quarter of the networks' size or
 * in 128 MB, whichever is more. Other values are read every time.
 */
export function tensorWeights(a: Params, b: Params, names: readonly string[]): Weights {
  const networks = { a, b };
  const bytes = names.reduce((sum, name) => sum + 8 * a[name].size, 0);
  return {
    bytes,
    shape: (param) => a[param].shape,
    ...keptValues(
      (network, param) => read(networks[network][param]),
      (param) => 4 * a[param].size,
      Math.max(bytes / 4, LEAST_KEPT),
    ),
  };
}
