import {
  backend_util,
  elu,
  leakyRelu,
  prelu,
  relu,
  relu6,
  sigmoid,
  type Tensor,
} from '@tensorflow/tfjs-core';
import type { Params } from '../../params';
import { sizeOf } from '../../params/internal';
import { inputTensors, type KernelCall, outputShapesOf } from '../../tracing/internal';
import { callKey, type KeyNames } from './keyNames';
import { onNetworks } from './onNetworks';
import type { PassExpressions } from './passExpressions';

/** A kernel call that combines weights with the input: a dense layer, a convolution, an embedding. */
export interface FirstLayer {
  /** Calls of equal keys give equal outputs on equal networks. */
  readonly key: string;
  /** The number of values of the output. */
  readonly size: number;
  /** The output for a network, before a fused nonlinearity. */
  readonly of: (network: Params) => Tensor;
  /** The fused nonlinearity. */
  readonly activate: (h: Tensor) => Tensor;
}

/** The inputs of which one must be a weight and the other depend on the input. */
const FACTORS: Readonly<Record<string, readonly [string, string]>> = {
  BatchMatMul: ['a', 'b'],
  _FusedMatMul: ['a', 'b'],
  Conv2D: ['x', 'filter'],
  FusedConv2D: ['x', 'filter'],
  DepthwiseConv2dNative: ['x', 'filter'],
  FusedDepthwiseConv2D: ['x', 'filter'],
  GatherV2: ['x', 'indices'],
};

/**
 * A call as a first layer: linear in the params, in one weight and its bias, and dependent on the input. Null for any
 * other call, and for one whose outputs are cheaper to compute than to keep and to mix.
 *
 * @param leastDepth - The fewest multiplications for one value of the output.
 */
export function firstLayerOf(
  call: KernelCall,
  expressions: PassExpressions,
  names: KeyNames,
  leastDepth: number,
): FirstLayer | null {
  const factors = FACTORS[call.name];
  const activate = factors && activationOf(call);
  if (!activate || depthOf(call) < leastDepth) return null;
  const linear = withoutActivation(call);
  const operands = inputTensors(linear).flatMap(([name, tensor]) => {
    const expression = expressions.of(tensor);
    return expression ? [[name, expression] as const] : [];
  });
  if (operands.length < inputTensors(linear).length) return null;
  const kinds = new Map(operands.map(([name, { kind }]) => [name, kind]));
  const [one, other] = factors.map((name) => kinds.get(name));
  const isLinear = (one === 'weight' && other === 'data') || (one === 'data' && other === 'weight');
  const shape = isLinear && outputShapeOf(linear);
  if (!shape) return null;
  return {
    key: names.nameOf(callKey(linear, operands, 0)),
    size: sizeOf(shape),
    of: onNetworks(linear, expressions.of, (tensor) => tensor),
    activate,
  };
}

/** The shape of the output; null if it is not known. */
function outputShapeOf(call: KernelCall): readonly number[] | null {
  if (call.name !== 'GatherV2') return outputShapesOf(call)?.[0] ?? null;
  const { axis, batchDims } = call.attrs as { axis: number; batchDims?: number };
  const { x, indices } = call.inputs as Record<string, Tensor>;
  return backend_util.segment_util.collectGatherOpShapeInfo(x, indices, axis, batchDims ?? 0)
    .outputShape;
}

/** The number of multiplications for one value of the output. Embeddings have none, but gather slowly on wasm. */
function depthOf({ name, inputs, attrs }: KernelCall): number {
  if (name === 'GatherV2') return Number.POSITIVE_INFINITY;
  if (inputs.a) return inputs.a.shape.at(attrs.transposeA ? -2 : -1)!;
  const [height, width, channels] = inputs.filter.shape;
  return name.includes('Depthwise') ? height * width : height * width * channels;
}

/** The call with its bias and without its nonlinearity. */
function withoutActivation(call: KernelCall): KernelCall {
  if (call.attrs.activation === undefined) return call;
  const { preluActivationWeights: _, ...inputs } = call.inputs;
  return { ...call, inputs, attrs: { ...call.attrs, activation: 'linear' } };
}

/** The nonlinearity that a fused kernel applies; null for one that is not known. */
function activationOf({ inputs, attrs }: KernelCall): ((h: Tensor) => Tensor) | null {
  switch (attrs.activation ?? 'linear') {
    case 'linear':
      return (h) => h;
    case 'relu':
      return relu;
    case 'relu6':
      return relu6;
    case 'elu':
      return elu;
    case 'sigmoid':
      return sigmoid;
    case 'leakyrelu':
      return (h) => leakyRelu(h, attrs.leakyreluAlpha as number | undefined);
    case 'prelu':
      return (h) => prelu(h, inputs.preluActivationWeights as Tensor);
    default:
      return null;
  }
}
