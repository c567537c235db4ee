import { assertOptions } from '../checks';
import { named } from '../errors';
import type { Params } from '../params';
import type { Permutation, Permutations } from '../permutation';
import { indices, shuffled } from '../permutation/internal';
import { type RandomSource, randomSource } from '../runtime';
import type { PermutationSpec } from './permutationSpec';
import type { ResolvedSpec } from './resolveShapes';
import { resolveSpec } from './resolveSpec';

/**
 * Permutations drawn uniformly at random, one for each group of the spec. The same seed gives the same permutations
 * in every process. A fibred group moves with its parent, and at random inside each block.
 *
 * @param params - A network of the spec, from which the sizes are read.
 * @param options - `seed`, an integer; default 0.
 * @returns A permutation `[units]` for each group.
 * @throws InvalidInputError when the params do not fit the spec, or the seed is not an integer.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { permutationSpec, permute, randomPermutations } from 'perm-lmc';
 *
 * const spec = permutationSpec({ kernel: '_ h' });
 * const params = { kernel: tf.randomNormal([2, 3]) };
 * const shuffled = permute(spec, params, randomPermutations(spec, params, { seed: 1 }));
 * ```
 */
export function randomPermutations(
  spec: PermutationSpec,
  params: Params,
  options: { seed?: number } = {},
): Permutations {
  return named('randomPermutations', () => {
    assertOptions(options, { seed: true });
    const { seed = 0 } = options;
    return randomOf(resolveSpec(spec, params), randomSource(seed));
  });
}

/**
 * A random permutation of each group.
 *
 * @param outside - The permutations of parents that are not among the groups.
 */
export function randomOf(
  { groups }: Pick<ResolvedSpec, 'groups'>,
  random: RandomSource,
  outside: Permutations = {},
): Permutations {
  const permutations: Record<string, Permutation> = {};
  for (const { name, parent, size, inner } of groups) {
    // A free group is a single block.
    const blocks = parent === null ? Int32Array.of(0) : (permutations[parent] ?? outside[parent]);
    permutations[name] = new Int32Array(size);
    blocks.forEach((to, block) => {
      const order = shuffled(indices(inner), random);
      permutations[name].set(
        order.map((unit) => to * inner + unit),
        block * inner,
      );
    });
  }
  return permutations;
}
