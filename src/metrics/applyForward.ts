import { abs, add, max, mul, stack, sub, Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import { invalid } from '../errors';
import { mixTensors } from '../merging/internal';
import type { NetworkInput, Params } from '../params';
import type { ForwardFn, SplitForward } from './forwardFn';
import type { MixturePoint } from './mixturePoint';

/** The greatest error of rounding relative to the greatest output, even in TF32 with its 11 bits. */
const TOLERANCE = 2e-3;
/** A network of this weight or more leaves too little of the others to see what is not linear. */
const DOMINANT = 0.7;

/** The network's output on a batch, whose first layer the points of a barrier share where it is split. */
export function applyForward<Input extends NetworkInput>(
  forward: ForwardFn<Input> | SplitForward<Input>,
  params: Params,
  x: Input,
  point: MixturePoint | undefined,
): Tensor {
  if (typeof forward === 'function') return forward(params, x);
  const h = point ? mixedOutput(forward, x, point) : linearOutput(forward, params, x);
  return forward.rest(params, h, x);
}

/**
 * Σ wᵢ·linear(θᵢ, x). Only with negative weights can outputs that are infinite in all networks cancel to NaN, so
 * that the shared values have to be looked for.
 */
function mixedOutput<Input extends NetworkInput>(
  forward: SplitForward<Input>,
  x: Input,
  point: MixturePoint,
): Tensor {
  const { weights } = point;
  if (weights.every((weight) => weight >= 0)) return total(weightedOutputs(forward, x, point));
  const parts = outputsAt(forward, x, point);
  return mixTensors(
    parts.map(({ output }) => output),
    parts.map(({ weight }) => weight),
  );
}

/** wᵢ·linear(θᵢ, x) of every network whose weight is not 0. */
function weightedOutputs<Input extends NetworkInput>(
  forward: SplitForward<Input>,
  x: Input,
  point: MixturePoint,
): Tensor[] {
  return outputsAt(forward, x, point).map(({ output, weight }) =>
    weight === 1 ? output : mul(output, weight),
  );
}

/** The outputs of the first layer of every network whose weight is not 0. */
function outputsAt<Input extends NetworkInput>(
  forward: SplitForward<Input>,
  x: Input,
  { networks, weights, shared }: MixturePoint,
) {
  return networks.flatMap((network, i) => {
    if (weights[i] === 0) return [];
    const output = shared(`linear of network ${i}`, () => linearOutput(forward, network, x));
    return [{ output, weight: weights[i] }];
  });
}

function total(tensors: readonly Tensor[]): Tensor {
  return tensors.reduce((sum, tensor) => add(sum, tensor));
}

/**
 * How far a split network's first layer is from linear on a batch, as a pair in a tensor that the
 * points share: max |linear(θ, x) − Σ wᵢ·linear(θᵢ, x)| and max Σ |wᵢ·linear(θᵢ, x)|. None where
 * there is nothing to check, or too little of a mixture to check it.
 */
export function linearityGap<Input extends NetworkInput>(
  forward: ForwardFn<Input> | SplitForward<Input>,
  params: Params,
  x: Input,
  point: MixturePoint,
): Tensor1D[] {
  if (typeof forward === 'function' || Math.max(...point.weights) >= DOMINANT) return [];
  const gap = point.shared('gap', () => {
    const outputs = weightedOutputs(forward, x, point);
    const scale = total(outputs.map((output) => abs(output)));
    const difference = abs(sub(linearOutput(forward, params, x), total(outputs)));
    return stack([max(difference), max(scale)]);
  });
  return [gap as Tensor1D];
}

/** Throws where the gap, if there is one, is more than rounding. */
export function assertLinear(gap: Float32Array): void {
  if (gap.length === 0) return;
  const [difference, scale] = gap;
  // NaN is no verdict on linearity: something overflowed, which the loss will show.
  if (!(difference > TOLERANCE * scale)) return;
  throw invalid(
    `forward.linear is not linear in the params: of a mixture it gives something else than the mixture of its outputs, by up to ${difference.toPrecision(2)} where these are up to ${scale.toPrecision(2)}`,
    'End it before the first nonlinearity or normalisation, or pass a forward function that is not split',
  );
}

function linearOutput<Input extends NetworkInput>(
  forward: SplitForward<Input>,
  params: Params,
  x: Input,
): Tensor {
  const output: unknown = forward.linear(params, x);
  if (output instanceof Tensor) return output;
  throw invalid(
    'forward.linear did not return a tensor',
    'Return the output of the first layer, not a promise or a list',
  );
}
