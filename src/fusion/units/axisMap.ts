import { mapParams } from '../../params/internal';
import { placePositions, type ResolvedGroup } from '../../symmetry/internal';
import { mergedPositions } from './mergedPositions';
import type { PlacedAxis } from './placedView';
import { producerWeights } from './producerWeights';
import type { UnitMap } from './unitMap';

/** The merged positions of the positions of one axis. */
export interface AxisMap {
  /** `[positions]`: the merged position; −1 for one that is deleted. */
  readonly to: Int32Array;
  /** `[positions]`: the product of the weights of the units that are produced there. */
  readonly weight: Float64Array;
  /** `[positions]`: 1 where a unit is produced. */
  readonly produced: Uint8Array;
}

/**
 * The map of an axis from the maps of the groups on it: copy r of unit u goes to copy r of the merged unit of u, and
 * the k-th fixed position to the k-th fixed position.
 *
 * @param own - The axis in the network.
 * @param merged - The axis in the merged network, with the same places in the same order.
 */
export function axisMap(
  own: PlacedAxis,
  merged: PlacedAxis,
  maps: Readonly<Record<string, UnitMap>>,
  groups: readonly ResolvedGroup[],
): AxisMap {
  const to = mergedPositions(own, merged, maps);
  const weight = new Float64Array(own.size).fill(1);
  const produced = new Uint8Array(own.size);
  const unitWeights = mapParams(maps, (map) => map.weight);
  const producers = own.places.filter(({ role }) => role !== 'consumer');
  producers.forEach((place, i) => {
    const weights = producerWeights(place, producers.slice(0, i), unitWeights, groups);
    placePositions(place).forEach((position, at) => {
      weight[position] *= weights[Math.floor(at / place.copies)];
      produced[position] = 1;
    });
  });
  return { to, weight, produced };
}
