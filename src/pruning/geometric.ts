import { named } from '../errors';
import { assertSparsity } from './amountOf';
import { assertStep, type Schedule } from './schedule';

/**
 * The schedule in which every level prunes the same fraction f of the weights that are left:
 *
 *     density = (1 − f)^level      sparsity = 1 − (1 − f)^level
 *
 * @param fraction - f, in [0, 1); 0.2 is usual.
 * @throws InvalidInputError when the fraction is out of range.
 * @see Frankle & Carbin 2019, The lottery ticket hypothesis (arXiv 1803.03635).
 *
 * @example
 * ```ts
 * import { geometric } from 'perm-lmc';
 *
 * const schedule = geometric(0.5);
 * [0, 1, 2, 3].map(schedule); // [0, 0.5, 0.75, 0.875]
 * ```
 */
export function geometric(fraction: number): Schedule {
  return named('geometric', () => {
    assertSparsity('fraction', fraction);
    return (level) => {
      assertStep(level);
      return 1 - (1 - fraction) ** level;
    };
  });
}
