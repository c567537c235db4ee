import * as tf from '@tensorflow/tfjs-core';
import {
  applyMask,
  magnitudeMask,
  type Params,
  type Permutations,
  randomMask,
  transportMask,
} from 'perm-lmc';
import { readSafetensors, writeSafetensors } from 'perm-lmc/node';
import { specOf } from '../../../support/layerNorm/specOf';
import type { PruningWork } from './pruningWork';
import { levelFile, rewindPoint, trainedUnderMask } from './training';

/** How masks are found: level by level, or from the dense network at once. */
export const WAYS = ['iterative', 'one-shot'] as const;
export type Way = (typeof WAYS)[number];

/** The masks that A is trained under, by their names in tables. */
export const MASKS = ["A's own", "B's, moved", "B's, as it is", 'random'] as const;

/** A mask of a level, and an order of the data. */
export interface MovedMask {
  readonly way: Way;
  readonly level: number;
  readonly mask: (typeof MASKS)[number];
  readonly dataSeed: number;
}

/** The masks of all ways and levels in one order of the data. */
export function movedMasks({ setting }: PruningWork, dataSeed: number): MovedMask[] {
  return setting.moved.flatMap((level) =>
    WAYS.flatMap((way) => MASKS.map((mask) => ({ way, level, mask, dataSeed }))),
  );
}

/** The name of the file of A's rewind point, trained under a mask. */
export function movedFile({ way, level, mask, dataSeed }: MovedMask): string {
  return `${way}-${level}-${MASKS.indexOf(mask)}-params-${dataSeed}.safetensors`;
}

/** Writes the masks of all ways and levels: A's, B's in A's order and in its own, and a random one. */
export async function writeMasks(work: PruningWork, permutations: Permutations): Promise<void> {
  const { setting, path } = work;
  const spec = specOf(setting.network);
  for (const level of setting.moved) {
    for (const way of WAYS) {
      const [ofA, ofB] = [
        await maskOf(work, way, level, setting.seeds[0]),
        await maskOf(work, way, level, setting.seeds[1]),
      ];
      const masks = [
        ofA,
        await transportMask(spec, ofB, permutations),
        ofB,
        await randomMask(ofB, { seed: 0 }),
      ];
      for (const [i, mask] of masks.entries()) {
        await writeSafetensors(path(maskFile(way, level, i)), mask, { overwrite: true });
      }
      tf.dispose(masks);
    }
  }
}

/** Trains A from its rewind point under every mask, in one order of the data. */
export async function trainUnderMasks(work: PruningWork, dataSeed: number): Promise<void> {
  const rewind = await rewindPoint(work, work.setting.seeds[0]);
  for (const moved of movedMasks(work, dataSeed)) {
    const { way, level, mask: name } = moved;
    const mask = await read(work, maskFile(way, level, MASKS.indexOf(name)));
    const start = applyMask(rewind, mask);
    const params = await trainedUnderMask(work, {
      ...{ file: movedFile(moved), start, mask, dataSeed },
    });
    work.say(`level ${level}, ${way}: ${name}, data ${dataSeed}`);
    tf.dispose([mask, start, params]);
  }
  tf.dispose(rewind);
}

function maskFile(way: Way, level: number, index: number): string {
  return `${way}-${level}-${index}-mask.safetensors`;
}

async function maskOf(work: PruningWork, way: Way, level: number, seed: number): Promise<Params> {
  if (way === 'iterative') return read(work, levelFile(seed, 'mask', level));
  const dense = await read(work, levelFile(seed, 'params', 0));
  const mask = await magnitudeMask(dense, { sparsity: work.setting.schedule(level) });
  tf.dispose(dense);
  return mask;
}

async function read({ path }: PruningWork, file: string): Promise<Params> {
  return (await readSafetensors(path(file))).params;
}
