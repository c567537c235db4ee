import { kindOf } from '../checks';
import { invalid } from '../errors';

/** The weights of the networks in a mixture. */
export interface WeightOptions {
  /**
   * One weight for each network, ≥ 0, with sum 1. A sum that is off by rounding (0.005 for each weight, 0.05 at
   * most) is divided out, so that `[0.333, 0.333, 0.333]` is a mean. Default: the same for each network.
   */
  weights?: readonly number[];
  /**
   * True takes any finite weights as they are: negative ones and sums other than 1, as in task arithmetic.
   * Default false.
   */
  anyWeights?: boolean;
}

/** Weights whose sum differs from 1 by more than this are divided by it. */
const EXACT = 1e-12;

/**
 * The weights of a mixture of `count` networks, [count]. Without `anyWeights` they are ≥ 0 and sum to 1.
 *
 * @throws InvalidInputError when the number of weights is not `count`, one is not finite, or, without
 * `anyWeights`, one is negative or the sum differs from 1 by more than rounding.
 */
export function mixtureWeights(
  count: number,
  { weights = new Array<number>(count).fill(1 / count), anyWeights = false }: WeightOptions,
): readonly number[] {
  assertNumbers(count, weights);
  if (anyWeights) return weights;
  const negative = weights.findIndex((weight) => weight < 0);
  if (negative >= 0) {
    throw invalid(
      `weights[${negative}] is ${weights[negative]}, and the weights of a mean are ≥ 0`,
      'Pass anyWeights: true to take negative weights',
      { param: 'weights', received: weights[negative] },
    );
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (Math.abs(total - 1) > Math.min(0.005 * count, 0.05) + EXACT) {
    throw invalid(
      `the weights sum to ${total}, expected 1`,
      'Divide each weight by their sum, or pass anyWeights: true to take them as they are',
      { param: 'weights', received: total },
    );
  }
  return Math.abs(total - 1) <= EXACT ? weights : weights.map((weight) => weight / total);
}

function assertNumbers(count: number, weights: readonly number[]): void {
  if (!Array.isArray(weights)) {
    throw invalid(
      `weights must be an array, received ${kindOf(weights)}`,
      'Pass one weight for each network',
      { param: 'weights', received: kindOf(weights) },
    );
  }
  if (weights.length !== count) {
    throw invalid(
      `there are ${count} networks and ${weights.length} weights`,
      'Pass one weight for each network',
      { param: 'weights', received: weights.length },
    );
  }
  const bad = weights.findIndex((weight) => !Number.isFinite(weight));
  if (bad >= 0) {
    throw invalid(
      `weights[${bad}] is ${weights[bad]}, and weights are finite numbers`,
      'Pass a finite number for each network',
      { param: 'weights', received: weights[bad] },
    );
  }
}
