import * as tf from '@tensorflow/tfjs-core';
import type { Params, PermutationSpec } from 'perm-lmc';
import { cifarImages } from '../../examples/support/cifar';
import {
  resnet20 as resnet20Layers,
  vgg16 as vgg16Layers,
} from '../../examples/support/layerNorm/architectures';
import { forwardOf } from '../../examples/support/layerNorm/forwardOf';
import type { LayerNormNetwork } from '../../examples/support/layerNorm/layerNormNetwork';
import { specOf } from '../../examples/support/layerNorm/specOf';
import { readParams } from './fixtures';
import { fixtureFile } from './platform/files';

/** An architecture of which there are trained networks among the fixtures. */
export interface CifarFamily {
  /** The name of its files. */
  readonly name: 'r20' | 'vgg8';
  readonly network: LayerNormNetwork;
  readonly spec: PermutationSpec;
  readonly forward: (params: Params, x: tf.Tensor) => tf.Tensor2D;
  /** The seeds of the networks. */
  readonly seeds: readonly number[];
  /** The number of training steps. */
  readonly steps: number;
}

export const resnet20: CifarFamily = {
  name: 'r20',
  network: resnet20Layers(16),
  spec: specOf(resnet20Layers(16)),
  forward: forwardOf(resnet20Layers(16)),
  seeds: [1, 2],
  steps: 4680,
};

export const vgg16: CifarFamily = {
  name: 'vgg8',
  network: vgg16Layers(8),
  spec: specOf(vgg16Layers(8)),
  forward: forwardOf(vgg16Layers(8)),
  seeds: [1, 2, 3],
  steps: 6240,
};

/** The trained network of a seed. */
export function cifarParams({ name, steps }: CifarFamily, seed: number): Params {
  return readParams(`cifar/${name}_s${seed}_${steps}`);
}

/** The first samples of the test split, at most 500: the images [n, 32, 32, 3], standardised, and their labels. */
export function cifarTest(count: number): { x: tf.Tensor4D; y: tf.Tensor1D } {
  const bytes = fixtureFile('cifar/test_first500_u8_nhwc.bin').subarray(0, count * 32 * 32 * 3);
  const labels = fixtureFile('cifar/test_first500_labels_u8.bin').subarray(0, count);
  return { x: cifarImages(bytes), y: tf.tensor1d(Int32Array.from(labels), 'int32') };
}
