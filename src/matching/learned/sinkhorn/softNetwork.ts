import { add, clone, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import type { Params } from '../../../params';
import { mapParams } from '../../../params/internal';
import { fromView, placesOn, type ResolvedSpec, toView } from '../../../symmetry/internal';
import { type SoftMovements, softened, softenedGradients } from './softened';

/** θ(P): the network with the units of every group moved softly. New tensors, which the caller owns. */
export function softNetwork(
  { places, views }: ResolvedSpec,
  params: Params,
  movements: SoftMovements,
): Params {
  return tidy(() =>
    mapParams(params, (tensor, name) => {
      const own = placesOn(places, name);
      const view = views.get(name);
      if (!view || own.length === 0) return clone(tensor);
      return clone(fromView(softened(toView(tensor, view), own, movements), view, tensor.shape));
    }),
  );
}

/**
 * ∂L/∂P of every group, `[units × units]`: for a group with the others as they are, the gram of ∂L/∂θ(P) with B. The
 * caller owns them.
 *
 * @param upstream - ∂L by parameters of θ(P). Those that are left out have none.
 */
export function softNetworkGradients(
  { places, views }: ResolvedSpec,
  params: Params,
  movements: SoftMovements,
  upstream: Params,
): Record<string, Tensor2D> {
  return tidy(() => {
    const sums: Record<string, Tensor2D> = {};
    for (const [name, gradient] of Object.entries(upstream)) {
      const own = placesOn(places, name);
      const view = views.get(name);
      if (!view || own.length === 0) continue;
      const [x, y] = [toView(params[name], view), toView(gradient, view)];
      for (const { group, gradient } of softenedGradients(x, own, movements, y)) {
        sums[group] = Object.hasOwn(sums, group) ? add(sums[group], gradient) : gradient;
      }
    }
    return sums;
  });
}
