import { nestedOffsets, type Shapes, stridesOf } from '../../params/internal';
import { type Place, placePositions, type ResolvedSpec } from '../../symmetry/internal';
import type { KernelLayout } from './namedNorms';
import { type OutputRole, outputAxes } from './outputAxes';

/** A kernel whose outputs are channels of a normalisation. */
export interface NormProducer {
  readonly param: string;
  /** The axes of the kernel that the channels are on. */
  readonly axes: readonly number[];
  /** The channel for each row-major index over `axes`; −1 for none. */
  readonly channelOf: Int32Array;
}

/**
 * The kernels that have the units of a place of a normalisation on their output axes. A kernel has two axes or more,
 * a transposed convolution three or more with outputs first, four or more with outputs last.
 */
export function kernelsWith(
  norm: Place,
  { places, views }: ResolvedSpec,
  shapes: Shapes,
  layout: KernelLayout,
  role: OutputRole,
): NormProducer[] {
  return places.flatMap((place) => {
    const { param, group, units } = place;
    const outputs = outputAxes(param, shapes[param].length, layout, role);
    const axes = views.get(param)!.axes[place.axis];
    if (group !== norm.group || units !== norm.units) return [];
    if (!axes.some((axis) => outputs.includes(axis))) return [];
    const channelOf = channelsOf(norm, place, views.get(param)!.shape[place.axis]);
    const others = axes.filter((axis) => !outputs.includes(axis));
    const isOutput = others.length === 0 || isConstant(channelOf, axes, others, shapes[param]);
    return channelOf && isOutput ? [{ param, axes, channelOf }] : [];
  });
}

/** The channel of a normalisation at each position of a kernel's axis; null if their copies differ. */
function channelsOf(norm: Place, kernel: Place, size: number): Int32Array | null {
  if (norm.copies !== kernel.copies && norm.copies !== 1) return null;
  const channelOf = new Int32Array(size).fill(-1);
  const [own, theirs] = [placePositions(norm), placePositions(kernel)];
  for (let i = 0; i < theirs.length; i++) {
    const at = norm.copies === 1 ? Math.floor(i / kernel.copies) : i;
    channelOf[theirs[i]] = own[at];
  }
  return channelOf;
}

/** True if the channel does not depend on the index of some of the axes. */
function isConstant(
  channelOf: Int32Array | null,
  axes: readonly number[],
  others: readonly number[],
  shape: readonly number[],
): boolean {
  const sizes = axes.map((axis) => shape[axis]);
  const strides = stridesOf(sizes).map((stride, i) => (others.includes(axes[i]) ? 0 : stride));
  return nestedOffsets(sizes, strides).every((first, i) => channelOf?.[i] === channelOf?.[first]);
}
