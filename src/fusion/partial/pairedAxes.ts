import { mapParams } from '../../params/internal';
import { mergedPositions } from '../units/mergedPositions';
import type { ComparedNetworks, UnitPairs } from './comparedNetworks';

/** The positions of an axis that both networks have under a pairing, as offsets among the elements of each. */
export interface PairedAxis {
  readonly a: Int32Array;
  readonly b: Int32Array;
}

/** The paired positions on each axis of a parameter's view. */
export function pairedAxes(
  { a, b }: ComparedNetworks,
  param: string,
  pairs: UnitPairs,
): PairedAxis[] {
  const [own, other] = [a, b].map(({ views }) => views.get(param)!);
  return own.axes.map((axis, at) => {
    const positions = mergedPositions(axis, other.axes[at], unitMaps(pairs));
    const kept = Int32Array.from(positions.keys()).filter((position) => positions[position] >= 0);
    return {
      a: kept.map((position) => own.offsets[at][position]),
      b: kept.map((position) => other.offsets[at][positions[position]]),
    };
  });
}

/** Pairs as maps of units of A to units of B. */
function unitMaps(pairs: UnitPairs): Record<string, { readonly of: Int32Array }> {
  return mapParams(pairs, (of) => ({ of }));
}
