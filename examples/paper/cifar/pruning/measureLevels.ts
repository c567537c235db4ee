import {
  type Params,
  type Permutations,
  permutationsFrom,
  type SimultaneousConnectivityReport,
  simultaneousConnectivity,
  weightMatch,
} from 'perm-lmc';
import { readSafetensors } from 'perm-lmc/node';
import { specOf } from '../../../support/layerNorm/specOf';
import { wasmEvaluator } from '../../../support/training/wasmEvaluator';
import { borrowing, type Cells } from '../../support/cells';
import type { PruningWork } from './pruningWork';
import { levelFile } from './training';

/** The barriers between A and B at every level. */
export type LevelsReport = SimultaneousConnectivityReport<'loss' | 'error'>;

/** The row of the permutation between the sparsest networks, used at every level. */
export const SPARSEST = 'permutation found between the sparsest';

/**
 * The barriers at every level: without a permutation, with the dense one (`one`), with the level's own and with
 * that of the last level (`given`). Every match goes on with a search, and takes the optimum that has the smallest
 * loss on training images.
 */
export async function measureLevels(work: PruningWork): Promise<LevelsReport> {
  const { setting, cells, follow } = work;
  const spec = specOf(setting.network);
  const [onTest, onTrain] = [
    wasmEvaluator(setting.network, setting.test),
    wasmEvaluator(setting.network, setting.matched),
  ];
  const search = { rounds: setting.rounds, evaluate: onTrain };
  const [ofA, ofB] = setting.seeds.map((seed) => sequence(work, seed));
  const measured = (given: Record<string, Permutations>, own: Cells) =>
    simultaneousConnectivity(ofA, ofB, {
      spec,
      match: (a, b, { signal }) => weightMatch(spec, a, b, { seed: 0, search, signal }),
      evaluate: onTest,
      tolerance: 0.05,
      points: setting.points,
      from: 0,
      given,
      ...own,
      onProgress: follow('levels'),
    });
  // What cells depend on besides the networks, whose files are kept by their settings.
  const name = `levels, ${setting.steps} steps, ${setting.test.count} images`;
  const { permutations } = await measured({}, cells(name));
  const sparsest = permutationsFrom(permutations.at(-1)!);
  const all = borrowing(cells(`sparsest of ${setting.levels} ${name}`), cells(name), '');
  return measured({ [SPARSEST]: sparsest }, all);
}

function sequence({ setting, path }: PruningWork, seed: number): (() => Promise<Params>)[] {
  return Array.from({ length: setting.levels + 1 }, (_, level) => async () => {
    return (await readSafetensors(path(levelFile(seed, 'params', level)))).params;
  });
}
