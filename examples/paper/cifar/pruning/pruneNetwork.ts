import * as tf from '@tensorflow/tfjs-core';
import { iterativeMagnitudePruning } from 'perm-lmc';
import { writeSafetensors } from 'perm-lmc/node';
import { percent } from '../../support/markdownTable';
import type { PruningWork } from './pruningWork';
import { rewindPoint, trainedUnderMask } from './trainedUnderMask';

/** The name of a file of a network: its params at a level, or the mask that they were trained under. */
export function levelFile(seed: number, what: 'params' | 'mask', level: number): string {
  return `${seed}-${what}-${level}.safetensors`;
}

/**
 * Iterative magnitude pruning of one network, with rewinding. Networks that are trained already are read from
 * their files, so an interrupted pruning goes on with the next level.
 */
export async function pruneNetwork(work: PruningWork, seed: number): Promise<void> {
  const { schedule, levels } = work.setting;
  const rewind = await rewindPoint(work, seed);
  const pruned = iterativeMagnitudePruning({
    ...{ rewind, schedule, levels },
    train: (start, mask, { level }) =>
      trainedUnderMask(work, {
        ...{ file: levelFile(seed, 'params', level), start, mask, dataSeed: seed },
      }),
  });
  for await (const { level, density, mask, params } of pruned) {
    const path = work.path(levelFile(seed, 'mask', level));
    await writeSafetensors(path, mask, { overwrite: true });
    work.say(`network ${seed}, level ${level}: ${percent(density)} of the weights`);
    tf.dispose([mask, params]);
  }
  tf.dispose(rewind);
}
