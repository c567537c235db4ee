import type { Params } from 'perm-lmc';
import { warmUpCosine } from '../../../support/schedules';
import { trainedNetwork } from '../../support/trainedNetwork';
import type { PruningWork } from './pruningWork';

/** A training of the study. */
export interface MaskedTraining {
  /** The name of the file that keeps its params. */
  readonly file: string;
  /** The params to start from, at the step to which networks are rewound, and the mask to hold. */
  readonly start: Params;
  readonly mask: Params;
  /** The seed of the order of the data. */
  readonly dataSeed: number;
}

/** The params trained under a mask from the rewind point to the end. The caller disposes them. */
export function trainedUnderMask(
  work: PruningWork,
  { file, ...training }: MaskedTraining,
): Promise<Params> {
  const { rewindStep: firstStep, steps } = work.setting;
  return trained(work, file, { ...training, seed: training.dataSeed, firstStep, steps });
}

/** The network of a seed at the step to which it is rewound. */
export function rewindPoint(work: PruningWork, seed: number): Promise<Params> {
  return trained(work, `${seed}-rewind.safetensors`, { seed, steps: work.setting.rewindStep });
}

function trained(
  { setting, path, say }: PruningWork,
  file: string,
  training: { seed: number; steps: number } & Partial<MaskedTraining> & { firstStep?: number },
): Promise<Params> {
  const { network, train, batchSize, learningRate, warmUp, steps } = setting;
  return trainedNetwork({
    ...{ network, train, batchSize, path: path(file), say },
    learningRate: warmUpCosine(learningRate, warmUp, steps),
    ...training,
  });
}
