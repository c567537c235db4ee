import * as tf from '@tensorflow/tfjs-core';
import { mlpSpec, type Params, type PermutationSpec } from 'perm-lmc';
import { cached } from '../../examples/support/cached';
import { cifarImages, type LabelledPhotos } from '../../examples/support/cifar';
import { loadCifar } from '../../examples/support/loadCifar';
import { type LabelledImages, loadFashion, loadMnist } from '../../examples/support/mnist';
import { mlpForward, trainMlp } from '../../examples/support/trainMlp';
import {
  type CifarFamily,
  cifarParams,
  cifarTest,
  resnet20,
  vgg16,
} from '../../test/support/cifarFixtures';
import { type Fixture, fixtures, mnistTest, readParams } from '../../test/support/fixtures';

/** Labelled images. */
export interface Labelled {
  readonly x: tf.Tensor;
  readonly y: tf.Tensor1D;
}

/** Two trained networks, the data that they were trained on, and those on which their barrier is measured. */
export interface TrainedPair {
  readonly name: string;
  readonly spec: PermutationSpec;
  readonly forward: (params: Params, x: tf.Tensor) => tf.Tensor;
  /** True if the networks have batch normalisation. */
  readonly hasBatchNorm: boolean;
  /** The two networks; the caller disposes them. */
  readonly load: () => Promise<readonly [Params, Params]>;
  /** The first training images; the caller disposes them. CIFAR-10 and Fashion-MNIST are fetched if they are missing. */
  readonly train: (count: number) => Labelled;
  /** The first test images; the caller disposes them. More than 500 of CIFAR-10 are fetched if they are missing. */
  readonly data: (count: number) => Labelled;
}

const [mlp64, convBn, resnet8] = fixtures;
const mnistTrain = (count: number) => ofImages(loadMnist({ train: count, test: 1 }).train);

export const trainedPairs: readonly TrainedPair[] = [
  ofFixture('MLP 2×64', mlp64),
  trainedMlp('MLP 3×512', [784, 512, 512, 512, 10]),
  { ...ofFixture('ConvBN', convBn), hasBatchNorm: true },
  {
    ...ofFixture('ResNet-8', resnet8),
    hasBatchNorm: true,
    train: (count) => ofImages(loadFashion({ train: count, test: 10 }).train),
  },
  ofCifar('ResNet-20', resnet20),
  ofCifar('VGG-16 ×1/8', vgg16),
];

function ofFixture(name: string, { name: file, spec, forward, data }: Fixture): TrainedPair {
  return {
    name,
    spec,
    forward,
    hasBatchNorm: false,
    load: async () => [readParams(`${file}_A`), readParams(`${file}_B`)],
    train: mnistTrain,
    data: (count) => firstOf(data(), count),
  };
}

function ofCifar(name: string, family: CifarFamily): TrainedPair {
  const { spec, forward } = family;
  return {
    name,
    spec,
    forward,
    hasBatchNorm: false,
    load: async () => [cifarParams(family, 1), cifarParams(family, 2)],
    train: (count) => ofPhotos(loadCifar({ train: count, test: 0 }).train),
    data: (count) =>
      count > 500 ? ofPhotos(loadCifar({ train: 0, test: count }).test) : cifarTest(count),
  };
}

/** A pair trained by the quickstart's code, which is kept below `out` for the next time. */
function trainedMlp(name: string, widths: readonly number[]): TrainedPair {
  const options = { widths: [...widths], epochs: 2 };
  const trained = (seed: number) => {
    const path = `out/bench/mlp-${widths.join('-')}-seed-${seed}.safetensors`;
    return cached(path, { ...options, seed }, () =>
      trainMlp({ ...options, seed, train: loadMnist().train }),
    );
  };
  return {
    name,
    spec: mlpSpec(widths.length - 1),
    forward: mlpForward,
    hasBatchNorm: false,
    load: async () => [await trained(1), await trained(2)],
    train: mnistTrain,
    data: mnistTest,
  };
}

/** Images of 28 × 28 pixels, [count, 784], with their labels. */
export function ofImages({ images, labels, count }: LabelledImages): Labelled {
  return { x: tf.tensor2d(images, [count, 784]), y: tf.tensor1d(labels, 'int32') };
}

function ofPhotos({ bytes, labels }: LabelledPhotos): Labelled {
  return { x: cifarImages(bytes), y: tf.tensor1d(labels, 'int32') };
}

function firstOf({ x, y }: { x: tf.Tensor; y: tf.Tensor }, count: number): Labelled {
  const first = { x: tf.slice(x, [0], [count]), y: tf.slice(y, [0], [count]) as tf.Tensor1D };
  tf.dispose([x, y]);
  return first;
}
