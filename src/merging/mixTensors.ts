import {
  add,
  clone,
  customGrad,
  equal,
  logicalAnd,
  mul,
  type Tensor,
  tidy,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';

/** The most by which rounding makes the sum of weights differ from 1. */
const ROUNDING = 1e-6;

/**
 * Σ wᵢxᵢ of tensors of one shape: a new tensor of that shape, which the caller disposes.
 *
 * - A tensor of weight 0 is left out: its infinities do not become NaN.
 * - A single tensor of weight 1 is returned value for value.
 * - Where the weights sum to 1, an element that is the same in all tensors stays as it is, infinities
 *   included.
 *
 * The gradient is that of the formula.
 *
 * @param weights - [tensors].
 * @param mayShare - False if no element is the same in all tensors: the search for such elements is skipped.
 */
export function mixTensors(
  tensors: readonly Tensor[],
  weights: readonly number[],
  mayShare = true,
): Tensor {
  const op = customGrad((...args) => ({
    value: mixture(args.slice(0, tensors.length) as Tensor[], weights, mayShare),
    gradFunc: (dy: Tensor) => weights.map((weight) => mul(dy, weight)),
  }));
  return op(...tensors);
}

function mixture(
  tensors: readonly Tensor[],
  weights: readonly number[],
  mayShare: boolean,
): Tensor {
  const parts = tensors.filter((_, i) => weights[i] !== 0);
  const own = weights.filter((weight) => weight !== 0);
  if (parts.length === 0) return zerosLike(tensors[0]);
  if (parts.length === 1) return own[0] === 1 ? clone(parts[0]) : mul(parts[0], own[0]);
  return mayShare ? keptWhereEqual(parts, own) : tidy(() => weightedSum(parts, own));
}

/** The weighted sum. If the weights sum to 1, elements that all tensors share are kept as they are. */
function keptWhereEqual(tensors: readonly Tensor[], weights: readonly number[]): Tensor {
  return tidy(() => {
    const sum = weightedSum(tensors, weights);
    if (!isMean(weights)) return sum;
    const same = tensors
      .slice(1)
      .map((tensor) => equal(tensors[0], tensor))
      .reduce((all, each) => logicalAnd(all, each));
    return where(same, tensors[0], sum);
  });
}

/** True if the weights sum to 1, so that a value that all tensors share is their mean. */
export function isMean(weights: readonly number[]): boolean {
  const total = weights.reduce((all, weight) => all + weight, 0);
  return Math.abs(total - 1) <= ROUNDING;
}

function weightedSum(tensors: readonly Tensor[], weights: readonly number[]): Tensor {
  let sum: Tensor = mul(tensors[0], weights[0]);
  for (let i = 1; i < tensors.length; i++) {
    sum = tidy(() => add(sum, mul(tensors[i], weights[i])));
  }
  return sum;
}
