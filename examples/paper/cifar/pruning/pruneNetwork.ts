import * as tf from '@tensorflow/tfjs-core';
import { iterativeMagnitudePruning, magnitudeMask } from 'perm-lmc';
import { writeSafetensors } from 'perm-lmc/node';
import { percent } from '../../support/markdownTable';
import type { PruningWork } from './pruningWork';
import { levelFile, rewindPoint, trainedDense, trainedUnderMask } from './training';

/**
 * Iterative magnitude pruning of one network, with rewinding. Networks that are trained already are read from
 * their files, so an interrupted pruning goes on with the next level.
 */
export async function pruneNetwork(work: PruningWork, seed: number): Promise<void> {
  const { schedule, levels } = work.setting;
  const params = await trainedDense(work, seed);
  const dense = { level: 0, params, mask: await magnitudeMask(params, { count: 0 }) };
  const rewind = await rewindPoint(work, seed);
  const pruned = iterativeMagnitudePruning({
    ...{ rewind, schedule, levels, resume: dense },
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
  tf.dispose([rewind, dense.params, dense.mask]);
}
