import * as tf from '@tensorflow/tfjs-core';
import type { NetworkInput, Params } from 'perm-lmc';
import { randomTensor } from '../../randomTensor';

/** A small transformer with the names of Hugging Face, and its forward pass, written from the papers' definitions. */
export interface SmallTransformer {
  /** The contents of its `config.json`. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The shapes of its parameters by name. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly forward: (params: Params, input: NetworkInput) => tf.Tensor | tf.Tensor[];
  /** Makes an input. */
  readonly input: () => NetworkInput;
}

/** Weights that let each unit be seen in the outputs: of deviation 1, or 1/√n for sums of n products. */
export function drawWeights(shapes: SmallTransformer['shapes'], seed = 1): Params {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape], i) => {
      const summands = shape.slice(1).reduce((product, size) => product * size, 1);
      return [name, randomTensor(shape, seed * 1000 + i, 1 / Math.sqrt(summands))];
    }),
  );
}

/** Ids of tokens [sequences, length] from a vocabulary, with every id in turn. */
export function tokens(sequences: number, length: number, vocabulary: number): tf.Tensor2D {
  const ids = Array.from({ length: sequences * length }, (_, i) => (i * 5 + 1) % vocabulary);
  return tf.tensor2d(ids, [sequences, length], 'int32');
}

/** Images [count, height, width, channels] of normally distributed values. */
export function images(count: number, size: number, channels: number): tf.Tensor {
  return randomTensor([count, size, size, channels], 7);
}
