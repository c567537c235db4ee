/**
 * Simultaneous weak linear connectivity modulo permutation along training (Sharma et al. 2024): does the one
 * permutation found at the end of training also align the networks at earlier steps, and do those found early
 * align later ones? Trains two MLPs, keeps checkpoints, and measures the barrier at every step without a
 * permutation, with the step's own, with the last one, with the one of all steps together, and with every one of
 * them at every step.
 *
 *     npm run paper trajectories [-- --quick] [--data fashion]
 */
import * as tf from '@tensorflow/tfjs-core';
import {
  classificationEvaluator,
  matchSequence,
  mlpSpec,
  type Params,
  type Permutations,
  type PlainPermutations,
  simultaneousConnectivity,
  weightMatch,
} from 'perm-lmc';
import { readSafetensors } from 'perm-lmc/node';
import { matrixPlot, trajectoryPlot } from 'perm-lmc/plots';
import { mlpSplitForward } from '../support/mlp';
import { trainCheckpoints } from './support/checkpoints';
import { keptPermutations } from './support/keptPermutations';
import { markdownTable, percent } from './support/markdownTable';
import { openStudy } from './support/study';

/** The matches of the tables in docs/paper.md. */
const descent = { start: 'identity', method: 'coordinateDescent', seed: 0 } as const;

const study = await openStudy('trajectories');
const { quick, test, say } = study;
const widths = quick ? [784, 128, 128, 10] : [784, 512, 512, 512, 10];
const steps = quick ? [0, 20, 60, 192] : [0, 25, 50, 100, 200, 400, 600, 800, 1000, 1200];
const learningRate = 3e-3;
const spec = mlpSpec(widths.length - 1);
const evaluated = quick ? 1000 : 3000;
const x = tf.tensor2d(test.images.subarray(0, 784 * evaluated), [evaluated, 784]);
const y = tf.tensor1d(test.labels.subarray(0, evaluated), 'int32');

const [sequenceA, sequenceB] = [
  await trainCheckpoints(study, { widths, gain: 1 / 3, seed: 1, steps, learningRate }),
  await trainCheckpoints(study, { widths, gain: 1 / 3, seed: 2, steps, learningRate }),
].map((files) => files.map((file) => async () => (await readSafetensors(file)).params));

const together = await superAlignment();
const report = await simultaneousConnectivity(sequenceA, sequenceB, {
  spec,
  match: (a, b, { signal }) => weightMatch(spec, a, b, { ...descent, signal }),
  evaluate: classificationEvaluator(mlpSplitForward, { x, y }),
  tolerance: 0.05,
  points: quick ? 5 : 11,
  steps,
  matrix: true,
  given: { 'all steps': together },
  ...study.cells('report'),
  onProgress: study.follow('trajectories'),
});

const all = report.given['all steps'].barriers;
const loss = (barriers: typeof report.unmatched, t: number) => barriers[t].loss.max.toFixed(4);
study.finish({
  report: { study: 'trajectories', data: study.data, quick, widths, seeds: [1, 2], report },
  tables: [
    markdownTable(
      ['step', 'error of A', 'unmatched', "the step's own", 'of the last step', 'of all steps'],
      steps.map((step, t) => [
        String(step),
        percent(report.unmatched[t].error.values[0]),
        loss(report.unmatched, t),
        loss(report.own, t),
        loss(report.one, t),
        loss(all, t),
      ]),
    ),
    'Loss barrier at step t (across) with the permutation found at step s (down):',
    markdownTable(
      ['s', ...steps.map(String)],
      report.matrix!.loss.map((row, s) => [
        String(steps[s]),
        ...row.map((value) => value.toFixed(3)),
      ]),
    ),
  ].join('\n\n'),
  figures: {
    'trajectory-barriers': trajectoryPlot(report, { metric: 'loss' }),
    'trajectory-matrix': matrixPlot(report, { metric: 'loss' }),
  },
});
tf.dispose([x, y]);

/** The one permutation for all steps together, found once and kept. */
async function superAlignment(): Promise<Permutations> {
  const kept = study.cells<PlainPermutations>('all steps');
  return keptPermutations(kept, 'permutations', async () => {
    say('matching all steps together');
    const [a, b] = [await loadAll(sequenceA), await loadAll(sequenceB)];
    const { permutations } = await matchSequence(spec, a, b, { seed: 0 });
    tf.dispose([a, b]);
    return permutations;
  });
}

async function loadAll(sequence: readonly (() => Promise<Params>)[]): Promise<Params[]> {
  const networks: Params[] = [];
  for (const checkpoint of sequence) networks.push(await checkpoint());
  return networks;
}
