import type { AxisMap } from './axisMap';

/** The map of one axis in offsets of elements. */
export interface ScatterAxis extends AxisMap {
  /** `[positions]`: the offset of each position among the values. */
  readonly from: Int32Array;
  /** `[positions]`: its offset in the sum; −1 for one that is deleted. */
  readonly to: Int32Array;
}

/** The number of elements between two yield points. */
const STRIDE = 65_536;

/**
 * sum[Σ toₖ[iₖ]] += Πₖ weightₖ[iₖ] · values[Σ fromₖ[iₖ]] for all positions i₀, i₁ … of the axes. Values that no axis
 * produces are multiplied by `weight` in addition.
 */
export async function addScattered(
  sum: Float64Array,
  values: ArrayLike<number>,
  axes: readonly ScatterAxis[],
  weight: number,
  yieldPoint: () => Promise<void>,
): Promise<void> {
  if (axes.length === 0) {
    sum[0] += weight * values[0];
    return;
  }
  const rows = axes[0].from.length;
  const step = Math.max(1, Math.floor((STRIDE * rows) / values.length));
  for (let first = 0; first < rows; first += step) {
    addRows(sum, values, axes, weight, [first, Math.min(first + step, rows)]);
    await yieldPoint();
  }
}

/** The part of {@link addScattered} with first ≤ i₀ < end. */
function addRows(
  sum: Float64Array,
  values: ArrayLike<number>,
  axes: readonly ScatterAxis[],
  weight: number,
  [first, end]: readonly [number, number],
): void {
  const last = axes.length - 1;
  const add = (axis: number, into: number, at: number, factor: number, isProduced: boolean) => {
    const { from, to, weight: own, produced } = axes[axis];
    const [start, stop] = axis === 0 ? [first, end] : [0, from.length];
    for (let i = start; i < stop; i++) {
      if (to[i] < 0) continue;
      const product = factor * own[i];
      const isOwn = isProduced || produced[i] === 1;
      if (axis < last) add(axis + 1, into + to[i], at + from[i], product, isOwn);
      else sum[into + to[i]] += product * (isOwn ? 1 : weight) * values[at + from[i]];
    }
  };
  add(0, 0, 0, 1, false);
}
