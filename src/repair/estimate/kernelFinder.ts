import { listsBy, type Shapes } from '../../params/internal';
import { type Place, placePositions, type ResolvedSpec } from '../../symmetry/internal';
import { fixedKernels } from './fixedKernels';
import { kernelsWith, type NormProducer } from './kernelsWith';
import { nameChooser } from './nameChooser';
import type { KernelLayout } from './namedNorms';
import { orderChooser, orderOf } from './orderChooser';
import type { OutputRole } from './outputAxes';

/** The kernels that a normalisation could come from, and two ways to choose one of them. */
export interface Kernels {
  readonly count: number;
  /** The name of the kernel where there is only one; else null. */
  readonly only: string | null;
  /** The kernel of a parameter; null if it is not one of them. */
  readonly named: (param: string | null) => NormProducer | null;
  /** The name of the kernel that the name of the normalisation's layer shows; null for none. */
  readonly byName: (layer: string) => string | null;
  /** The name of the last kernel before a parameter in the order of the spec; null for none. */
  readonly byOrder: (param: string) => string | null;
}

/** Finds kernels. Normalisations with the same units, as those of a residual stream, have the same ones. */
export interface KernelFinder {
  /** The kernels with the units of a place of a normalisation on such axes. */
  readonly withUnits: (place: Place, layout: KernelLayout, role: OutputRole) => Kernels;
  /** The kernels of as many fixed outputs. */
  readonly fixed: (channels: number, layout: KernelLayout) => Kernels;
}

/** A finder of the kernels of a network. */
export function kernelFinder(resolved: ResolvedSpec, shapes: Shapes): KernelFinder {
  const order = orderOf([...resolved.views.keys()]);
  const placesOf = listsBy(resolved.places, ({ group }) => [group]);
  const known = new Map<string, Kernels>();
  const once = (key: readonly unknown[], find: () => NormProducer[]) => {
    const name = JSON.stringify(key);
    const kernels = known.get(name) ?? kernelsOf(find(), order);
    known.set(name, kernels);
    return kernels;
  };
  return {
    withUnits(place, layout, role) {
      const { group, units, copies } = place;
      const key = [group, units, copies, placePositions(place).join(), layout, role];
      const places = placesOf.get(group)!;
      return once(key, () => kernelsWith(place, { ...resolved, places }, shapes, layout, role));
    },
    fixed: (channels, layout) =>
      once([channels, layout], () => fixedKernels(channels, resolved, shapes, layout)),
  };
}

function kernelsOf(
  list: readonly NormProducer[],
  order: ReadonlyMap<string, number> | null,
): Kernels {
  const names = list.map(({ param }) => param);
  const byParam = listsBy(list, ({ param }) => [param]);
  return {
    count: list.length,
    only: names.length === 1 ? names[0] : null,
    named: (param) => (param === null ? null : (byParam.get(param)?.[0] ?? null)),
    byName: nameChooser(names),
    byOrder: order ? orderChooser(names, order) : () => null,
  };
}
