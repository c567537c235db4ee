import type { Shapes } from '../../params/internal';
import { placesOn, type ResolvedSpec } from '../../symmetry/internal';
import type { NormProducer } from './kernelsWith';
import type { KernelLayout } from './namedNorms';
import { outputAxes } from './outputAxes';

/** The kernels of as many fixed outputs as a normalisation has fixed channels. */
export function fixedKernels(
  channels: number,
  { places, views }: ResolvedSpec,
  shapes: Shapes,
  layout: KernelLayout,
): NormProducer[] {
  return [...views.keys()].flatMap((param) => {
    const axes = outputAxes(param, shapes[param].length, layout, 'outputs');
    const size = axes.reduce((product, axis) => product * shapes[param][axis], 1);
    const isMoved = placesOn(places, param).some((place) =>
      views.get(param)!.axes[place.axis].some((axis) => axes.includes(axis)),
    );
    if (axes.length === 0 || isMoved || size !== channels) return [];
    return [{ param, axes, channelOf: Int32Array.from({ length: size }, (_, i) => i) }];
  });
}
