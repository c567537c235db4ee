import { invalid, named } from '../errors';
import type { Params } from '../params';
import type { Permutation, Permutations } from '../permutation';
import { assertPermutation, indices, shuffled } from '../permutation/internal';
import { type RandomSource, randomSource } from '../runtime';
import type { PermutationSpec } from './axisSpec';
import { type ResolvedSpec, resolveSpec } from './resolveSpec';

/**
 * The permutations that move nothing, one for each group of the spec.
 *
 * @throws InvalidInputError when the params do not fit the spec.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { identityPermutations, permutationSpec } from 'perm-lmc';
 *
 * const spec = permutationSpec({ kernel: '_ h' });
 * identityPermutations(spec, { kernel: tf.zeros([2, 3]) }); // { h: Int32Array [0, 1, 2] }
 * ```
 */
export function identityPermutations(spec: PermutationSpec, params: Params): Permutations {
  return named('identityPermutations', () => {
    return identityOf(resolveSpec(spec, params));
  });
}

/**
 * Permutations drawn uniformly at random, one for each group of the spec; the same for the same
 * seed in every process. A group inside another moves with it, and at random inside each of its blocks.
 *
 * @param spec - Which axes share which group.
 * @param params - Any network of the spec; it tells the sizes.
 * @param options - `seed`, an integer; default 0.
 * @throws InvalidInputError when the params do not fit the spec or the seed is not an integer.
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
  { seed = 0 }: { seed?: number } = {},
): Permutations {
  return named('randomPermutations', () => {
    return randomOf(resolveSpec(spec, params), randomSource(seed));
  });
}

/** The identity of every group. */
export function identityOf({ groups }: ResolvedSpec): Permutations {
  return Object.fromEntries(groups.map(({ name, size }) => [name, indices(size)]));
}

/** A random permutation of every group. */
export function randomOf({ groups }: ResolvedSpec, random: RandomSource): Permutations {
  const permutations: Record<string, Permutation> = {};
  for (const { name, parent, size, inner } of groups) {
    // A free group is one block inside nothing.
    const blocks = parent === null ? Int32Array.of(0) : permutations[parent];
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

/** Throws unless there is a permutation of the right size for each group, and no other. */
export function assertPermutations({ groups }: ResolvedSpec, permutations: Permutations): void {
  const stray = Object.keys(permutations).find((key) => groups.every(({ name }) => name !== key));
  if (stray !== undefined) {
    throw invalid(
      `there is a permutation of '${stray}', which is no group of the spec`,
      `Its groups are ${groups.map(({ name }) => `'${name}'`).join(', ') || 'none'}`,
    );
  }
  for (const { name, size, parent, inner } of groups) {
    if (!Object.hasOwn(permutations, name)) {
      throw invalid(
        `there is no permutation of group '${name}'`,
        'Start from identityPermutations(spec, params) to leave a group as it is',
      );
    }
    assertPermutation(`the permutation of group '${name}'`, permutations[name]);
    if (permutations[name].length !== size) {
      throw invalid(
        `the permutation of group '${name}' has ${permutations[name].length} units, but the group has ${size}`,
        'Use permutations that were found for params of these shapes',
      );
    }
    if (parent !== null) {
      assertInside({ name, parent, inner }, permutations[name], permutations[parent]);
    }
  }
}

/** Throws unless the units of a fibred group go where their block goes. */
function assertInside(
  { name, parent, inner }: { name: string; parent: string; inner: number },
  p: Permutation,
  blocks: Permutation,
): void {
  const torn = p.findIndex((unit, u) => Math.floor(unit / inner) !== blocks[Math.floor(u / inner)]);
  if (torn !== -1) {
    const block = Math.floor(torn / inner);
    throw invalid(
      `the permutation of group '${name}' has unit ${p[torn]} at ${torn}, but '${parent}', which it is inside of, has unit ${blocks[block]} at ${block}`,
      `Position u of '${name}' takes a unit from inside the unit that '${parent}' puts at floor(u / ${inner})`,
    );
  }
}
