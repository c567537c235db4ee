import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';

/** A batch for a layers model: a tensor, an array in the order of the model's inputs, or a record by layer name. */
export type LayersModelInput = Tensor | Tensor[] | NamedTensorMap;

/** A weight of a layer: the part of tfjs-layers' `LayerVariable` that this library uses. */
export interface LayerVariableLike {
  /** Its name with the scopes in which it was built, such as `dense_Dense1/kernel`. */
  readonly originalName: string;
  /** The tensor that layers compute with. */
  read(): Tensor;
  /** Copies a tensor of the same shape into the weight. */
  write(value: Tensor): unknown;
}

/** The part of a tfjs-layers layer, or of a nested model, that this library uses. */
export interface LayerLike {
  /** The user's name for it, or an automatic one such as `dense_Dense1`. */
  readonly name: string;
  /** All weights, including those of layers inside. */
  readonly weights: readonly LayerVariableLike[];
  /** The name of its class, such as `Dense` or `Conv2D`. */
  getClassName(): string;
}

/** A symbolic input of a LayersModel. */
export interface SymbolicInputLike {
  /** The user's name for it, or an automatic one. */
  readonly name: string;
  /** Its shape, with null for an open size. */
  readonly shape: readonly (number | null)[];
  /** The dtype of its tensors. */
  readonly dtype: string;
}

/** The part of `tf.LayersModel`, and so of `tf.Sequential`, that this library uses. */
export interface LayersModelLike extends LayerLike {
  /** Its layers, in an order that follows from the architecture alone. */
  readonly layers: readonly LayerLike[];
  /** Its symbolic inputs. */
  readonly inputs: readonly SymbolicInputLike[];
  /** True if a recurrent layer keeps its state between calls. */
  readonly stateful: boolean;
  /** Inference, `batchSize` samples at a time. */
  predict(x: Tensor | Tensor[], args?: { batchSize?: number }): Tensor | Tensor[];
}
