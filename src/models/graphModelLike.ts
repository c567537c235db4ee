import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';

/** A batch for a graph model: a tensor, several in the order of its inputs, or by name. */
export type GraphModelInput = Tensor | Tensor[] | NamedTensorMap;

/** An input of a graph model. */
export interface GraphModelPlaceholder {
  /** The name of its node. */
  readonly name: string;
  /** −1 stands for a size left open; absent where all are. */
  readonly shape?: number[];
  /** What it is fed with. */
  readonly dtype: string;
}

/** A `tf.GraphModel`, asked no more of than is needed here. */
export interface GraphModelLike {
  /** Its weights and constants, the lists that the model itself computes with. */
  readonly weights: Readonly<Record<string, Tensor[]>>;
  /** The placeholders; −1 stands for a size left open. */
  readonly inputs: readonly GraphModelPlaceholder[];
  /** Inference up to the outputs of the model. */
  predict(x: GraphModelInput): Tensor | Tensor[] | NamedTensorMap;
  /** Inference up to the nodes named. */
  execute(x: GraphModelInput, outputs?: string | string[]): Tensor | Tensor[];
}
