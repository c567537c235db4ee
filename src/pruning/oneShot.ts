import { assertNumber, assertOptions } from '../checks';
import { named } from '../errors';
import { assertSparsity } from './amountOf';
import { assertStep, type Schedule } from './schedule';

/**
 * The schedule that prunes all weights at once: sparsity 0 before step `at`, the whole sparsity from then on.
 *
 * @param sparsity - The fraction that is pruned, in [0, 1).
 * @param options - `at`, a step ≥ 0; default 1, the first level after dense training.
 * @throws InvalidInputError when the sparsity or the step is out of range.
 *
 * @example
 * ```ts
 * import { oneShot } from 'perm-lmc';
 *
 * const schedule = oneShot(0.8);
 * [0, 1, 2].map(schedule); // [0, 0.8, 0.8]
 * ```
 */
export function oneShot(sparsity: number, options: { at?: number } = {}): Schedule {
  return named('oneShot', () => {
    assertOptions(options, { at: true });
    const { at = 1 } = options;
    assertSparsity('sparsity', sparsity);
    const fits = (value: number) => value >= 0 && Number.isFinite(value);
    assertNumber('at', at, fits, 'a step ≥ 0', 'Leave it out for 1');
    return (step) => {
      assertStep(step);
      return step < at ? 0 : sparsity;
    };
  });
}
