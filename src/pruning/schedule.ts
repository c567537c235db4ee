import { assertNumber } from '../checks';

/**
 * The sparsity at a step: the fraction of the prunable weights, in [0, 1), that are pruned then. The caller
 * counts the steps from 0: levels of iterative pruning, or steps of the optimiser.
 *
 * @example
 * ```ts
 * import type { Schedule } from 'perm-lmc';
 *
 * const linear: Schedule = (step) => Math.min(0.9, 0.1 * step);
 * ```
 */
export type Schedule = (step: number) => number;

/** Throws unless the step of a schedule is a finite number ≥ 0. */
export function assertStep(step: number): void {
  const fits = (value: number) => value >= 0 && Number.isFinite(value);
  assertNumber('step', step, fits, 'a finite number ≥ 0', 'Count from 0');
}
