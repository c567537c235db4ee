import { cast, equal, logicalAnd, stack, sum, tidy } from '@tensorflow/tfjs-core';
import type { Params } from '../params';
import { readAndDispose } from '../runtime';

/**
 * The names of the float32 parameters with an element that is equal in all networks. Mixtures keep such
 * elements; for other parameters they need not be looked for at every point of a barrier.
 */
export async function sharedParameters(networks: readonly Params[]): Promise<ReadonlySet<string>> {
  const [first, ...others] = networks;
  const names = Object.keys(first).filter((name) => first[name].dtype === 'float32');
  if (names.length === 0) return new Set();
  const counts = tidy(() =>
    stack(
      names.map((name) => {
        const same = others.map((params) => equal(first[name], params[name]));
        return sum(
          cast(
            same.reduce((all, each) => logicalAnd(all, each)),
            'float32',
          ),
        );
      }),
    ),
  );
  const found = await readAndDispose(counts);
  return new Set(names.filter((_, i) => found[i] > 0));
}
