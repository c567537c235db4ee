import { placePositions, type ResolvedGroup } from '../../symmetry/internal';
import { mergedPositions } from '../units/mergedPositions';
import type { PlacedView } from '../units/placedView';
import { placeFactors } from './placeFactors';
import type { UnitSources } from './unitSource';

/** The positions of one axis of a wider parameter that a network fills. */
export interface GatherAxis {
  /** `[filled]`: offsets among the elements of the wider parameter. */
  readonly to: Int32Array;
  /** `[filled]`: offsets among the network's elements; −1 for a zero. */
  readonly from: Int32Array;
  /** `[filled]`. */
  readonly factor: Float64Array;
}

/**
 * The positions of an axis whose producers a network has. A position at which the network has no unit of a producer is
 * left to others; one at which it has no unit of a consumer becomes zero.
 *
 * @param wider - The parameter in the wider network.
 * @param own - The parameter in the network, with the same places in the same order.
 * @param axis - An axis of both views.
 */
export function gatherAxis(
  wider: PlacedView,
  own: PlacedView,
  axis: number,
  sources: UnitSources,
  groups: readonly ResolvedGroup[],
): GatherAxis {
  const { size, places } = wider.axes[axis];
  const positions = mergedPositions(wider.axes[axis], own.axes[axis], sources);
  const isFilled = new Uint8Array(size).fill(1);
  const factors = new Float64Array(size).fill(1);
  for (const place of places) {
    const { of } = sources[place.group];
    const own = placeFactors(place, places, sources, groups);
    placePositions(place).forEach((position, at) => {
      const unit = Math.floor(at / place.copies);
      if (place.role === 'producer' && of[unit] < 0) isFilled[position] = 0;
      factors[position] *= own[unit];
    });
  }
  const filled = Int32Array.from(isFilled.keys()).filter((position) => isFilled[position] === 1);
  return {
    to: filled.map((position) => wider.offsets[axis][position]),
    from: filled.map((position) => {
      const stored = positions[position];
      return stored < 0 ? -1 : own.offsets[axis][stored];
    }),
    factor: Float64Array.from(filled, (position) => factors[position]),
  };
}
