import { invalid } from '../errors';

/**
 * What sparsity to have at a step: the fraction of the prunable weights, in [0, 1), that are pruned then. A
 * step is whatever the caller counts, a level of iterative pruning or a step of the optimiser, from 0.
 *
 * @example
 * ```ts
 * import type { Schedule } from 'perm-lmc';
 *
 * const linear: Schedule = (step) => Math.min(0.9, 0.1 * step);
 * ```
 */
export type Schedule = (step: number) => number;

/** Throws unless the step that a schedule is asked for is a number ≥ 0. */
export function assertStep(step: number): void {
  if (!(step >= 0 && Number.isFinite(step))) {
    throw invalid(`step must be a finite number ≥ 0, received ${step}`, 'Count from 0');
  }
}
