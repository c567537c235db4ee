import type { Tensor } from '@tensorflow/tfjs-core';
import type { Params } from '../../params';

/**
 * How a tensor of a forward pass was computed. Tensors with equal keys are equal, wherever the pass runs on the same
 * batch: at every point of a barrier for constants and data, on every network for weights.
 */
export type Expression = ConstantExpression | WeightExpression;

/** A tensor that does not depend on the params. */
interface ConstantExpression {
  /** `data` if it depends on the input, `constant` if it does not. */
  readonly kind: 'constant' | 'data';
  readonly key: string;
}

/** A tensor that is linear in the params. */
interface WeightExpression {
  readonly kind: 'weight';
  readonly key: string;
  /** The tensor for another network, computed anew. */
  readonly of: (network: Params) => Tensor;
}
