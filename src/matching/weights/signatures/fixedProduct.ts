import { type AxisPositions, offsetsOver } from '../../products/indexedValues';
import { termInnerProduct } from '../../products/placeProduct';
import type { Weights } from '../../products/weights';
import type { Term } from '../term';
import { axisOrbits } from './axisOrbits';

/** Σ A ⊙ B over the values of a term that no group moves, in float64. */
export async function fixedProduct(weights: Weights, term: Term): Promise<number> {
  if (term.places.length === 0) return termInnerProduct(weights, term, {});
  const axes = fixedPositions(term, weights.shape(term.param));
  if (axes.some(({ positions }) => positions?.length === 0)) return 0;
  const [a, b] = [
    await valuesAt(weights, 'a', term, axes),
    await valuesAt(weights, 'b', term, axes),
  ];
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}

/** The positions of each axis that are at no place. */
function fixedPositions({ places }: Term, shape: readonly number[]): AxisPositions[] {
  return shape.map((size, axis) => {
    const { coverage } = axisOrbits(
      size,
      places.filter((place) => place.axis === axis),
    );
    const positions = Int32Array.from(coverage.keys()).filter((at) => coverage[at] === 0);
    return { axis, positions };
  });
}

async function valuesAt(
  weights: Weights,
  side: 'a' | 'b',
  { param, scaling }: Term,
  axes: readonly AxisPositions[],
): Promise<Float64Array> {
  const values = await weights.values(side, param);
  const shape = weights.shape(param);
  const { offsets, factors } = offsetsOver(
    {
      values,
      shape,
      indices: shape.map(() => null),
      scaling: scaling && { axis: scaling.axis, factors: scaling[side] },
    },
    axes,
  );
  return Float64Array.from(offsets, (at, i) => values[at] * (factors ? factors[i] : 1));
}
