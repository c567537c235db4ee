import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';

/** A batch for a layers model: a tensor, several in the order of its inputs, or by the names of layers. */
export type LayersModelInput = Tensor | Tensor[] | NamedTensorMap;

/** A weight of a layer: what this library asks of tfjs-layers' `LayerVariable`. */
export interface LayerVariableLike {
  /** Its name with the scopes in which it was built, as `dense_Dense1/kernel`. */
  readonly originalName: string;
  /** The tensor that layers compute with. */
  read(): Tensor;
  /** Copies a tensor of the same shape into the weight. */
  write(value: Tensor): unknown;
}

/** What this library asks of a layer of tfjs-layers, a nested model included. */
export interface LayerLike {
  /** Given by the user, or automatically: `dense_Dense1`. */
  readonly name: string;
  /** All weights, those of layers inside included. */
  readonly weights: readonly LayerVariableLike[];
  /** `Dense`, `Conv2D`, … */
  getClassName(): string;
}

/** A symbolic input of a LayersModel. */
export interface SymbolicInputLike {
  /** Given by the user, or automatically. */
  readonly name: string;
  /** null stands for a size left open. */
  readonly shape: readonly (number | null)[];
  /** What it is fed with. */
  readonly dtype: string;
}

/** A `tf.LayersModel` (a `tf.Sequential` is one), asked no more of than is needed here. */
export interface LayersModelLike extends LayerLike {
  /** Its layers, in an order that follows from the architecture alone. */
  readonly layers: readonly LayerLike[];
  /** Its symbolic inputs. */
  readonly inputs: readonly SymbolicInputLike[];
  /** Whether a recurrent layer keeps its state between calls. */
  readonly stateful: boolean;
  /** Inference, `batchSize` samples at a time. */
  predict(x: Tensor | Tensor[], args?: { batchSize?: number }): Tensor | Tensor[];
}
