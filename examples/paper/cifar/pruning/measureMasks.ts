import * as tf from '@tensorflow/tfjs-core';
import { readSafetensors } from 'perm-lmc/node';
import { wasmEvaluator } from '../../../support/training/wasmEvaluator';
import { keptValue } from '../../support/cells';
import { type MovedMask, movedFile, movedMasks } from './movedMasks';
import type { PruningWork } from './pruningWork';

/** The test accuracy of A's rewind point, trained under a mask. */
export interface MaskAccuracy extends MovedMask {
  readonly accuracy: number;
}

/** The accuracies under all masks, in both orders of the data. */
export async function measureMasks(work: PruningWork): Promise<MaskAccuracy[]> {
  const { setting, path } = work;
  const evaluate = wasmEvaluator(setting.network, setting.test);
  const cells = work.cells<number>(`masks, ${setting.steps} steps, ${setting.test.count} images`);
  const measured: MaskAccuracy[] = [];
  for (const moved of setting.dataSeeds.flatMap((seed) => movedMasks(work, seed))) {
    const file = movedFile(moved);
    const accuracy = await keptValue(cells, file, async () => {
      const { params } = await readSafetensors(path(file));
      const { error } = await evaluate(params);
      tf.dispose(params);
      return 1 - error;
    });
    measured.push({ ...moved, accuracy });
  }
  return measured;
}
