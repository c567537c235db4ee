import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';

/** A batch for a graph model: a tensor, an array in the order of the model's inputs, or a record by node name. */
export type GraphModelInput = Tensor | Tensor[] | NamedTensorMap;

/** An input of a graph model. */
export interface GraphModelPlaceholder {
  /** The name of its node. */
  readonly name: string;
  /** Its shape, with −1 for an open size. Absent if the rank is open. */
  readonly shape?: number[];
  /** The dtype of its tensors. */
  readonly dtype: string;
}

/** The part of `tf.GraphModel` that this library uses. */
export interface GraphModelLike {
  /** Its weights and constants by node: the lists that the model itself computes with. */
  readonly weights: Readonly<Record<string, Tensor[]>>;
  /** The placeholders. */
  readonly inputs: readonly GraphModelPlaceholder[];
  /** Inference up to the outputs of the model. */
  predict(x: GraphModelInput): Tensor | Tensor[] | NamedTensorMap;
  /** Inference up to the named nodes. */
  execute(x: GraphModelInput, outputs?: string | string[]): Tensor | Tensor[];
}
