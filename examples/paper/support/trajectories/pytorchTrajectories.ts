import type { LabelledPhotos } from '../../../support/cifar';
import { specOf } from '../../../support/layerNorm/specOf';
import { type PytorchFamily, pytorchNetwork, pytorchSteps } from '../../../support/pytorchNetworks';
import { wasmEvaluator } from '../../../support/training/wasmEvaluator';
import type { TrajectoryPair } from './trajectoryPair';

/** The settings of a pair, and the data that make the rest of it. */
export interface PytorchTrajectoryOptions
  extends Omit<TrajectoryPair, 'name' | 'spec' | 'steps' | 'a' | 'b' | 'evaluate'> {
  readonly family: PytorchFamily;
  /** The steps; by default all checkpoints. */
  readonly steps?: readonly number[];
  /** The images on which barriers are measured. */
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
    evaluate: wasmEvaluator(network, photos),
  };
}
