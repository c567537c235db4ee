import type { Params } from 'perm-lmc';
import { readSafetensors, writeSafetensors } from 'perm-lmc/node';
import { pytorchNetwork } from '../../../support/pytorchNetworks';
import { engineOfName } from '../../../support/training/engineOfName';
import {
  checkpointPath,
  type TrainedNetworkOptions,
  trainedNetwork,
} from '../../support/trainedNetwork';
import type { PruningWork } from './pruningWork';

/** Training from the rewind point under a mask. */
export interface MaskedTraining {
  /** The name of the file that keeps the params. */
  readonly file: string;
  /** The params at the rewind point, with zeros at those of the mask. */
  readonly start: Params;
  readonly mask: Params;
  /** The seed of the order of the data. */
  readonly dataSeed: number;
}

/** The name of a file of a network: its params at a level, or the mask that they were trained under. */
export function levelFile(seed: number, what: 'params' | 'mask', level: number): string {
  return `${seed}-${what}-${level}.safetensors`;
}

/** The dense network of a seed, level 0: PyTorch's, or one trained from initial weights. The caller disposes the params. */
export async function trainedDense(work: PruningWork, seed: number): Promise<Params> {
  const { rewindStep, pytorchRewind } = work.setting;
  const file = levelFile(seed, 'params', 0);
  if (pytorchRewind === null) {
    return trainedNetwork({ ...optionsOf(work, file), seed, checkpoints: [rewindStep] });
  }
  const params = await pytorchNetwork('vgg8', seed);
  await writeSafetensors(work.path(file), params, { overwrite: true });
  return params;
}

/** The dense network at the step to which it is rewound. The caller disposes the params. */
export async function rewindPoint({ setting, path }: PruningWork, seed: number): Promise<Params> {
  const { rewindStep, pytorchRewind } = setting;
  if (pytorchRewind !== null) return pytorchNetwork('vgg8', seed, pytorchRewind);
  const dense = path(levelFile(seed, 'params', 0));
  return (await readSafetensors(checkpointPath(dense, rewindStep))).params;
}

/** The params trained under a mask from the rewind point to the end. The caller disposes them. */
export function trainedUnderMask(
  work: PruningWork,
  { file, start, mask, dataSeed }: MaskedTraining,
): Promise<Params> {
  const firstStep = work.setting.rewindStep;
  return trainedNetwork({ ...optionsOf(work, file), seed: dataSeed, start, mask, firstStep });
}

function optionsOf(
  { setting, path, say }: PruningWork,
  file: string,
): Omit<TrainedNetworkOptions, 'seed'> {
  const { network, train, steps, batchSize, learningRate, warmUp, augment } = setting;
  return {
    ...{ network, train, steps, batchSize, learningRate, warmUp, augment },
    ...{ path: path(file), engine: engineOfName('wasm'), say },
  };
}
