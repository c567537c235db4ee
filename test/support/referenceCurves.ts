import type { BarrierReport } from 'perm-lmc';
import { expect } from 'vitest';
import { longForm } from './longForm';

/** The points of a curve: the 11 of the reference's in the long form, and the ends and the middle of it in the short. */
export const curvePoints = longForm ? 11 : 3;

/** A curve as the fixtures have it, at α = 0, 0.1, … 1. */
export interface ReferenceCurve {
  readonly loss: readonly number[];
  readonly loss_barrier_curve: readonly number[];
}

/** The values of the reference's curve at our points. */
export const atOurPoints = (values: readonly number[]): readonly number[] =>
  values.filter((_, i) => i % (10 / (curvePoints - 1)) === 0);

/** Asserts that losses and barriers are those of the reference, and the greatest barrier where it is. */
export function expectReferenceCurve(
  { alphas, loss }: BarrierReport<'loss'>,
  theirs: ReferenceCurve,
): void {
  const losses = atOurPoints(theirs.loss);
  const barriers = atOurPoints(theirs.loss_barrier_curve);
  expect(loss.values).toHaveLength(curvePoints);
  for (let i = 0; i < curvePoints; i++) {
    expect(Math.abs(loss.values[i] - losses[i])).toBeLessThan(1e-4);
    expect(Math.abs(loss.barrier[i] - barriers[i])).toBeLessThan(1e-4);
  }
  const greatest = Math.max(...barriers);
  expect(Math.abs(loss.max - greatest)).toBeLessThan(1e-4);
  expect(loss.argmax).toBeCloseTo(alphas[barriers.indexOf(greatest)], 6);
}
