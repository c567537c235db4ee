import { clone, type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { ForwardFn, NetworkInput, Params } from '../../params';
import { interceptKernels, type KernelCall } from '../../tracing/internal';
import type { ScopedPoint } from '../batchInput';
import { mixOutputs } from '../mixOutputs';
import { type MixturePoint, mixtureAt } from '../mixturePoint';
import type { SplitForward } from '../splitForward';
import { createLedger, type Ledger } from './createLedger';
import { type FirstLayer, firstLayerOf } from './firstLayer';
import { passExpressions } from './passExpressions';

/**
 * The fewest multiplications for one value of a first layer. A mixture takes nearly as long as a layer with fewer, such
 * as a 3 × 3 convolution of three channels.
 */
const LEAST_DEPTH = 32;

/**
 * A network whose first layers are computed once for each network of a barrier instead of at every point. A first
 * layer f is linear in the params θ, so that f(Σ wᵢθᵢ, x) = Σ wᵢ·f(θᵢ, x), and the f(θᵢ, x) are the same at all
 * points.
 *
 * The function runs as usual at every point. Only kernel calls that are known to be first layers are answered with
 * the mixture, so whatever else the function does has no influence on the result. A network that is already split
 * stays as it is.
 *
 * @param memory - The most bytes for outputs of first layers; 0 to share nothing.
 * @param leastDepth - The fewest multiplications for one value of a first layer; only tests pass another.
 * @returns The network at a point of a barrier; undefined for a network outside a barrier.
 */
export function sharingForward<Input extends NetworkInput>(
  forward: ForwardFn<Input> | SplitForward<Input>,
  memory: number,
  leastDepth = LEAST_DEPTH,
): (point: ScopedPoint | undefined) => ForwardFn<Input> | SplitForward<Input> {
  if (typeof forward !== 'function' || memory === 0) return () => forward;
  const ledgers = new WeakMap<MixturePoint['shared'], Ledger>();
  return (point) => {
    const mixture = point && mixtureAt(point.origin);
    if (!mixture) return forward;
    const ledger = ledgers.get(point.origin.shared) ?? createLedger(memory);
    ledgers.set(point.origin.shared, ledger);
    if (!ledger.isOpen()) return forward;
    return (params, x) =>
      sharedPass(() => forward(params, x), {
        ...{ point, ledger, leastDepth, x },
        mixed: mixedParameters(params, mixture),
      });
  };
}

/** The float32 parameters that have the values of the barrier's mixture. Code may have replaced others. */
function mixedParameters(params: Params, mixture: Params): Params {
  const isMixed = ([name, { dtype, dataId, shape }]: [string, Tensor]) =>
    dtype === 'float32' &&
    dataId === mixture[name]?.dataId &&
    String(shape) === String(mixture[name].shape);
  return Object.fromEntries(Object.entries(params).filter(isMixed));
}

/** One pass at a point. */
interface Pass {
  readonly point: ScopedPoint;
  readonly ledger: Ledger;
  readonly leastDepth: number;
  readonly x: NetworkInput;
  readonly mixed: Params;
}

/** Runs a forward pass and answers its first layers with mixtures of outputs that the points share. */
function sharedPass(run: () => Tensor, { point, ledger, leastDepth, x, mixed }: Pass): Tensor {
  const expressions = passExpressions(mixed, x, ledger.names);
  const onKernel = (call: KernelCall) => {
    const layer = firstLayerOf(call, expressions, ledger.names, leastDepth);
    const answer = (layer && sharedOutput(call, layer, point, ledger)) ?? call.run();
    expressions.add(call, answer);
    return answer;
  };
  try {
    const output = interceptKernels({ onKernel, onTensor: expressions.addValues }, run);
    ledger.endPass();
    return output;
  } finally {
    expressions.dispose();
  }
}

/** act(Σ wᵢ·f(θᵢ, x)); null if the outputs are not shared. */
function sharedOutput(
  { index }: KernelCall,
  { key, size, of, activate }: FirstLayer,
  { networks, weights, scope, shared }: ScopedPoint,
  ledger: Ledger,
): Tensor | null {
  const bytes = 4 * size * networks.length;
  if (!ledger.shares(`${scope}, call ${index}`, key, bytes)) return null;
  const parts = networks.flatMap((network, i) => {
    if (weights[i] === 0) return [];
    const output = shared(`first layer ${key} of network ${i}`, () => of(network));
    return [{ output, weight: weights[i] }];
  });
  return tidy(() => clone(activate(mixOutputs(parts)))); // forward may dispose it.
}
