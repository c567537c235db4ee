import type { Shapes } from '../../params/internal';
import { type Place, placePositions, placesOn, type ResolvedSpec } from '../../symmetry/internal';
import { type KernelFinder, type Kernels, kernelFinder } from './kernelFinder';
import type { NormProducer } from './kernelsWith';
import { type NamedNorm, namedNorms } from './namedNorms';

/** A batch normalisation with the kernels whose outputs it takes. */
export interface ProducedNorm extends NamedNorm {
  /** Kernels for every channel, each channel in one of them; null if they were not found. */
  readonly producers: readonly NormProducer[] | null;
}

/**
 * The batch normalisations of a network with the kernels before them. For each place of a group on the normalisation
 * (a concatenation has several) it is
 *
 * 1. the only kernel that has the group on its output axis; or, of several, as in a residual stream,
 * 2. the one that the names show: `conv1` of `bn1`, `downsample.0` of `downsample.1`;
 * 3. the last one before the normalisation in the spec, unless the names give it to another normalisation.
 *
 * If no kernel has the group on its output axis, kernels with the group on the axis of a transposed convolution's
 * outputs are chosen by 2 and 3. Channels that no group moves are found by 2 alone.
 */
export function normProducers(resolved: ResolvedSpec, shapes: Shapes): ProducedNorm[] {
  const finder = kernelFinder(resolved, shapes);
  const sought = namedNorms(shapes).map((norm) => ({
    norm,
    segments: segmentsOf(norm, resolved, shapes, finder),
  }));
  const named = new Set(
    sought.flatMap(({ segments }) => segments?.flatMap(({ byName }) => byName ?? []) ?? []),
  );
  return sought.map(({ norm, segments }) => {
    const producers = segments?.map((segment) => producerOf(segment, norm, named));
    const isWhole = producers?.every((producer) => producer !== null);
    return { ...norm, producers: isWhole ? producers!.map((producer) => producer!) : null };
  });
}

/** Channels of a normalisation that come from one kernel, and the kernels that it could be. */
interface Segment {
  readonly kernels: Kernels;
  /** The name of the only kernel, or of the one that the names show; null for none. */
  readonly byName: string | null;
  /** True if the order of the spec may choose. */
  readonly isOrdered: boolean;
}

/** The segments of a normalisation; null if they do not make up its channels. */
function segmentsOf(
  { layer, mean, layout }: NamedNorm,
  resolved: ResolvedSpec,
  shapes: Shapes,
  finder: KernelFinder,
): Segment[] | null {
  const [channels] = shapes[mean];
  const places = coveringPlaces(channels, placesOn(resolved.places, mean));
  if (places === null) return null;
  if (places.length > 0) {
    return places.map((place) => {
      const outputs = finder.withUnits(place, layout, 'outputs');
      const kernels = outputs.count > 0 ? outputs : finder.withUnits(place, layout, 'transposed');
      return { kernels, byName: outputs.only ?? kernels.byName(layer), isOrdered: true };
    });
  }
  if (!resolved.views.has(mean)) return null;
  const kernels = finder.fixed(channels, layout);
  return [{ kernels, byName: kernels.byName(layer), isOrdered: false }];
}

function producerOf(
  { kernels, byName, isOrdered }: Segment,
  { mean }: NamedNorm,
  named: ReadonlySet<string>,
): NormProducer | null {
  const last = byName === null && isOrdered ? kernels.byOrder(mean) : null;
  return kernels.named(byName ?? (last !== null && named.has(last) ? null : last));
}

/**
 * Places that cover each channel once, without those at channels of others before; empty if no group moves a channel,
 * and null if some channels are moved and others are not.
 */
function coveringPlaces(channels: number, places: readonly Place[]): Place[] | null {
  const covered = new Uint8Array(channels);
  const chosen = places.filter((place) => {
    const positions = placePositions(place);
    if (positions.some((at) => covered[at] === 1)) return false;
    for (const at of positions) covered[at] = 1;
    return true;
  });
  return chosen.length === 0 || covered.every((is) => is === 1) ? chosen : null;
}
