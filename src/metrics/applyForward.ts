import { abs, max, stack, sub, Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import { dropRejection, kindOf } from '../checks';
import { invalid } from '../errors';
import type { ForwardFn, NetworkInput, Params } from '../params';
import { withFastProducts } from '../runtime';
import { mixOutputs, sumOf, type WeightedOutput, weighted } from './mixOutputs';
import type { MixturePoint } from './mixturePoint';
import type { SplitForward } from './splitForward';

/** Bound on the rounding error relative to the greatest output; TF32, with its 11 bits, stays below it. */
const TOLERANCE = 2e-3;
/** Linearity is not checked where a weight reaches this: the other networks contribute too little. */
const DOMINANT = 0.7;

/**
 * The network's output on a batch. With a split `forward`, the points of a barrier share the outputs of
 * its first layer.
 */
export function applyForward<Input extends NetworkInput>(
  forward: ForwardFn<Input> | SplitForward<Input>,
  params: Params,
  x: Input,
  point: MixturePoint | undefined,
): Tensor {
  if (typeof forward === 'function') return withFastProducts(() => forward(params, x));
  const h = point ? mixOutputs(outputsAt(forward, x, point)) : linearOutput(forward, params, x);
  return withFastProducts(() => forward.rest(params, h, x));
}

/** The outputs of the first layer of every network whose weight is not 0. */
function outputsAt<Input extends NetworkInput>(
  forward: SplitForward<Input>,
  x: Input,
  { networks, weights, shared }: MixturePoint,
): WeightedOutput[] {
  return networks.flatMap((network, i) => {
    if (weights[i] === 0) return [];
    const output = shared(`linear of network ${i}`, () => linearOutput(forward, network, x));
    return [{ output, weight: weights[i] }];
  });
}

/**
 * The deviation of a split network's first layer from linearity on a batch:
 * max |linear(θ, x) − Σ wᵢ·linear(θᵢ, x)| and max Σ |wᵢ·linear(θᵢ, x)|, as a tensor [2] that the points share.
 * The list is empty if `forward` is not split, or if one network has nearly all of the weight.
 */
export function linearityGap<Input extends NetworkInput>(
  forward: ForwardFn<Input> | SplitForward<Input>,
  params: Params,
  x: Input,
  point: MixturePoint,
): Tensor1D[] {
  if (typeof forward === 'function' || Math.max(...point.weights) >= DOMINANT) return [];
  const gap = point.shared('gap', () => {
    const outputs = weighted(outputsAt(forward, x, point));
    const scale = sumOf(outputs.map((output) => abs(output)));
    const difference = abs(sub(linearOutput(forward, params, x), sumOf(outputs)));
    return stack([max(difference), max(scale)]);
  });
  return [gap as Tensor1D];
}

/**
 * Throws if the gap is more than rounding.
 *
 * @param gap - [difference, scale] of `linearityGap`, or empty where nothing was checked.
 */
export function assertLinear(gap: Float32Array): void {
  if (gap.length === 0) return;
  const [difference, scale] = gap;
  // A NaN says nothing about linearity: a value overflowed, and the loss shows it.
  if (!(difference > TOLERANCE * scale)) return;
  throw invalid(
    `forward.linear is not linear in the params: its output on a mixture differs from the mixture of its outputs by up to ${difference.toPrecision(2)}, where outputs are up to ${scale.toPrecision(2)}`,
    'End it before the first nonlinearity or normalisation, or pass forward as one function',
    { param: 'forward.linear', received: difference },
  );
}

function linearOutput<Input extends NetworkInput>(
  forward: SplitForward<Input>,
  params: Params,
  x: Input,
): Tensor {
  const output: unknown = withFastProducts(() => forward.linear(params, x));
  if (output instanceof Tensor) return output;
  dropRejection(output);
  throw invalid(
    `forward.linear must return a tensor, received ${kindOf(output)}`,
    'Return the output of the first layer, not a promise or a list',
    { param: 'forward.linear', received: kindOf(output) },
  );
}
