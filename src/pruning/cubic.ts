import { assertOptions, shown } from '../checks';
import { invalid, named } from '../errors';
import { assertSparsity } from './amountOf';
import { assertStep, type Schedule } from './schedule';

/** Options of {@link cubic}. */
export interface CubicOptions {
  /** The step at which pruning starts, ≥ 0. */
  start: number;
  /** The step at which the last weight is pruned, after `start`. */
  end: number;
  /** The sparsity at `start`, in [0, 1); usually 0. */
  from: number;
  /** The sparsity at `end` and after it, in [0, 1), not below `from`. */
  to: number;
}

/**
 * The schedule that prunes fast at first, and slower and slower as fewer weights are left:
 *
 *     s(t) = to + (from − to) · (1 − (t − start) / (end − start))³      start ≤ t ≤ end
 *
 * Before `start` it is 0, after `end` it stays at `to`. It is made for pruning during training, step by step.
 *
 * @param options - `start` and `end` are steps, `from` and `to` sparsities.
 * @throws InvalidInputError when a step or a sparsity is out of range, `end` is not after `start`, or `to` is
 * below `from`.
 * @see Zhu & Gupta 2018, To prune, or not to prune (arXiv 1710.01878).
 *
 * @example
 * ```ts
 * import { cubic } from 'perm-lmc';
 *
 * const schedule = cubic({ start: 10, end: 20, from: 0, to: 0.8 });
 * [0, 10, 15, 20, 30].map(schedule); // [0, 0, 0.7, 0.8, 0.8]
 * ```
 */
export function cubic(options: CubicOptions): Schedule {
  return named('cubic', () => {
    assertOptions(options, { start: true, end: true, from: true, to: true });
    const { start, end, from, to } = options;
    assertSparsity('from', from);
    assertSparsity('to', to);
    if (to < from) {
      throw invalid(
        `to is ${to}, below from, ${from}`,
        'Pruned weights stay pruned: pass a to that is not below from',
        { param: 'to', received: to },
      );
    }
    const areNumbers = Number.isFinite(start) && Number.isFinite(end);
    if (!areNumbers || start < 0 || end <= start) {
      throw invalid(
        `start and end must be steps with 0 ≤ start < end, received ${shown(start)} and ${shown(end)}`,
        'They are the times of pruning; from and to are the amounts',
        { param: start >= 0 ? 'end' : 'start', received: start >= 0 ? end : start },
      );
    }
    return (step) => {
      assertStep(step);
      if (step < start) return 0;
      const left = Math.max(0, 1 - (step - start) / (end - start));
      return to + (from - to) * left ** 3;
    };
  });
}
