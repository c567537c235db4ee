import * as tf from '@tensorflow/tfjs-core';
import { mlpSpec, type Params, type PermutationSpec } from 'perm-lmc';
import { cached } from '../../examples/support/cached';
import { loadMnist } from '../../examples/support/mnist';
import { mlpForward, trainMlp } from '../../examples/support/trainMlp';
import {
  type CifarFamily,
  cifarParams,
  cifarTest,
  resnet20,
  vgg16,
} from '../../test/support/cifarFixtures';
import { type Fixture, fixtures, mnistTest, readParams } from '../../test/support/fixtures';

/** Labelled test data of a pair. */
interface TestData {
  readonly x: tf.Tensor;
  readonly y: tf.Tensor1D;
}

/** Two trained networks and the data on which their barrier is measured. The caller disposes what they return. */
export interface TrainedPair {
  readonly name: string;
  readonly spec: PermutationSpec;
  readonly forward: (params: Params, x: tf.Tensor) => tf.Tensor;
  readonly load: () => Promise<readonly [Params, Params]>;
  readonly data: (count: number) => TestData;
}

const [mlp64, convBn, resnet8] = fixtures;

export const trainedPairs: readonly TrainedPair[] = [
  ofFixture('MLP 2×64', mlp64),
  trainedMlp('MLP 3×512', [784, 512, 512, 512, 10]),
  ofFixture('ConvBN', convBn),
  ofFixture('ResNet-8', resnet8),
  ofCifar('ResNet-20', resnet20),
  ofCifar('VGG-16 ×1/8', vgg16),
];

function ofFixture(name: string, { name: file, spec, forward, data }: Fixture): TrainedPair {
  return {
    name,
    spec,
    forward,
    load: async () => [readParams(`${file}_A`), readParams(`${file}_B`)],
    data: (count) => firstOf(data(), count),
  };
}

function ofCifar(name: string, family: CifarFamily): TrainedPair {
  const { spec, forward } = family;
  const load = async () => [cifarParams(family, 1), cifarParams(family, 2)] as const;
  return { name, spec, forward, load, data: cifarTest };
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
    load: async () => [await trained(1), await trained(2)],
    data: mnistTest,
  };
}

function firstOf({ x, y }: { x: tf.Tensor; y: tf.Tensor }, count: number): TestData {
  const first = { x: tf.slice(x, [0], [count]), y: tf.slice(y, [0], [count]) as tf.Tensor1D };
  tf.dispose([x, y]);
  return first;
}
