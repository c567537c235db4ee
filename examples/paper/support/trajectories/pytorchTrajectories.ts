import { classificationEvaluator } from 'perm-lmc';
import * as tf from '@tensorflow/tfjs-core';
import { cifarImages, type LabelledPhotos } from '../../../support/cifar';
import { forwardOf } from '../../../support/layerNorm/forwardOf';
import type { LayerNormNetwork } from '../../../support/layerNorm/layerNormNetwork';
import { specOf } from '../../../support/layerNorm/specOf';
import { type PytorchFamily, pytorchNetwork, pytorchSteps } from '../../../support/pytorchNetworks';
import type { TrajectoryPair } from './trajectoryPair';

/** The settings of a pair whose defaults are those of all pairs. */
export interface PytorchTrajectoryOptions
  extends Pick<TrajectoryPair, 'title' | 'network' | 'points' | 'matching' | 'early' | 'windows'> {
  readonly family: PytorchFamily;
  /** The steps; by default all checkpoints. */
  readonly steps?: readonly number[];
  readonly photos: LabelledPhotos;
}

/** The training runs of seeds 1 and 2 in PyTorch, measured on these images. */
export function pytorchTrajectories({
  family,
  steps = pytorchSteps(family, 1),
  photos,
  ...settings
}: PytorchTrajectoryOptions): TrajectoryPair {
  const { network } = settings;
  return {
    ...settings,
    name: family,
    spec: specOf(network),
    steps,
    a: (step) => pytorchNetwork(family, 1, step),
    b: (step) => pytorchNetwork(family, 2, step),
    evaluate: evaluatorOf(network, photos),
  };
}

function evaluatorOf(network: LayerNormNetwork, { bytes, labels }: LabelledPhotos) {
  const x = cifarImages(bytes);
  const y = tf.tensor1d(labels, 'int32');
  return classificationEvaluator(forwardOf(network), { x, y });
}
