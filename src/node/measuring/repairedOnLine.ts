import { dispose } from '@tensorflow/tfjs-core';
import type { Evaluate } from '../../metrics';
import { type RepairOptions, repair } from '../../repair';

/**
 * An evaluator that repairs each mixture of a barrier before it is measured. The networks at the ends are measured as
 * they are.
 */
export function repairedOnLine(
  evaluate: Evaluate,
  options: Omit<RepairOptions, 'weights'>,
): Evaluate {
  return async (params, point) => {
    if (point === undefined || point.weights.includes(1)) return evaluate(params, point);
    const { networks, weights } = point;
    const repaired = await repair(params, networks, { ...options, weights });
    try {
      return await evaluate(repaired);
    } finally {
      dispose(repaired);
    }
  };
}
