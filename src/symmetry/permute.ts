import { clone, gather, type Tensor, tensor1d, tidy, tile } from '@tensorflow/tfjs-core';
import { named } from '../errors';
import type { Params } from '../params';
import { mapParams } from '../params/internal';
import type { Permutation, Permutations } from '../permutation';
import { assertPermutations } from './assertPermutations';
import type { PermutationSpec } from './permutationSpec';
import { permutedIndex, placeMovement } from './permutedIndex';
import type { Place } from './place';
import { placesOn } from './placesOn';
import type { ResolvedSpec } from './resolveShapes';
import { resolveSpec } from './resolveSpec';
import { fromView, toView } from './toView';

/**
 * Reorders the hidden units of a network: unit i of the result is unit p[i] of `params`, on every axis of the
 * group. The permuted network computes the same function. `params` may also be masks, gradients or optimiser
 * states of the same shapes.
 *
 * @param params - Tensors of any dtype, such as `params.kernel` `[inputs, units]`; not changed.
 * @param permutations - One permutation `[units]` for each group of the spec, such as `permutations.h`.
 * @returns New tensors of the same shapes, also for parameters without a group. The caller disposes them.
 * @throws InvalidInputError when the params do not fit the spec, or a group's permutation is missing, has another
 * size, is not a permutation, or moves units of a fibred group out of their block.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { permutationSpec, permute } from 'perm-lmc';
 *
 * const spec = permutationSpec({ bias: 'h' });
 * const { bias } = permute(spec, { bias: tf.tensor1d([5, 6, 7]) }, { h: Int32Array.of(2, 0, 1) });
 * await bias.data(); // Float32Array [7, 5, 6]
 * ```
 */
export function permute(spec: PermutationSpec, params: Params, permutations: Permutations): Params {
  return named('permute', () => {
    const resolved = resolveSpec(spec, params);
    assertPermutations(resolved, permutations);
    return permuteResolved(resolved, params, permutations);
  });
}

/** The params with the permutations applied: new tensors, which the caller owns. */
export function permuteResolved(
  { places, views }: ResolvedSpec,
  params: Params,
  permutations: Permutations,
): Params {
  return tidy(() =>
    mapParams(params, (tensor, name) => {
      const own = placesOn(places, name);
      const view = views.get(name);
      if (!view) return clone(tensor);
      const movementAt = (place: Place) => placeMovement(place, permutations);
      const permuted = permuteTensor(toView(tensor, view), own, movementAt);
      return fromView(permuted, view, tensor.shape);
    }),
  );
}

/** Moves the units at these places of a view. The result is always a new tensor. */
export function permuteTensor<T extends Tensor>(
  tensor: T,
  places: readonly Place[],
  movementAt: (place: Place) => Permutation,
): T {
  return tidy(() => {
    let result = clone(tensor);
    for (let axis = 0; axis < tensor.rank; axis++) {
      const index = permutedIndex(
        tensor.shape[axis],
        places.filter((place) => place.axis === axis),
        movementAt,
      );
      if (index) result = gather(result, tensor1d(index, 'int32'), axis);
    }
    // tfjs-wasm records the result of a gather as of rank 4, which it then refuses as a fused bias.
    return tensor.rank === 1 ? tile(result, [1]) : result;
  });
}
