import { assertOptions } from '../checks';
import { named } from '../errors';
import { type RandomSource, randomSource } from '../runtime';
import { assertSize } from './assertSize';
import { indices } from './indices';
import type { Permutation } from './permutation';

/**
 * A permutation of n units drawn uniformly at random. The same seed gives the same permutation in every process.
 *
 * @param n - The number of units, an integer ≥ 0.
 * @param options - `seed`, an integer; default 0.
 * @throws InvalidInputError when n is not an integer ≥ 0, or the seed is not an integer.
 *
 * @example
 * ```ts
 * import { randomPermutation } from 'perm-lmc';
 *
 * randomPermutation(4, { seed: 0 });
 * ```
 */
export function randomPermutation(n: number, options: { seed?: number } = {}): Permutation {
  return named('randomPermutation', () => {
    assertOptions(options, { seed: true });
    const { seed = 0 } = options;
    assertSize(n);
    return shuffled(indices(n), randomSource(seed));
  });
}

/** A shuffled copy of `items` (Fisher–Yates). */
export function shuffled<Items extends Int32Array | string[]>(
  items: Items,
  random: RandomSource,
): Items {
  const result = items.slice() as Items;
  for (let i = result.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [result[i], result[j]] = [result[j], result[i]];
  }
  return result;
}
