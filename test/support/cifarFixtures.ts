import * as tf from '@tensorflow/tfjs-core';
import type { Params, PermutationSpec } from 'perm-lmc';
import { cifarImages } from '../../examples/support/cifar';
import {
  resnet20LayerNormForward,
  resnet20LayerNormSpec,
} from '../../examples/support/resnet20LayerNorm';
import { vgg16LayerNormForward, vgg16LayerNormSpec } from '../../examples/support/vgg16LayerNorm';
import { readParams } from './fixtures';
import { fixtureFile } from './platform/files';

/** An architecture of which there are trained networks among the fixtures. */
export interface CifarFamily {
  /** The name of its files. */
  readonly name: 'r20' | 'vgg8';
  readonly spec: PermutationSpec;
  readonly forward: (params: Params, x: tf.Tensor) => tf.Tensor2D;
  /** The seeds of the networks. */
  readonly seeds: readonly number[];
  /** The number of training steps. */
  readonly steps: number;
}

export const resnet20: CifarFamily = {
  name: 'r20',
  spec: resnet20LayerNormSpec,
  forward: resnet20LayerNormForward,
  seeds: [1, 2],
  steps: 4680,
};

export const vgg16: CifarFamily = {
  name: 'vgg8',
  spec: vgg16LayerNormSpec,
  forward: vgg16LayerNormForward,
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
