/**
 * Pruning and permutations (Sharma et al. 2024): does the one permutation found between two dense networks align
 * their sparse descendants at every level of iterative magnitude pruning? And can the mask found on B, moved into
 * A's order, be trained from A's rewind point? Prunes two MLPs level by level, measures the barriers with none,
 * the dense and the level's own permutation, and trains A's rewind point under four masks: A's own, B's moved by
 * the dense permutation, B's as it is, and a random one of the same density in each layer.
 *
 *     npm run paper pruning [-- --quick] [--data fashion]
 */
import { existsSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import {
  applyMask,
  classificationEvaluator,
  geometric,
  iterativeMagnitudePruning,
  mlpSpec,
  type Params,
  permutationsFrom,
  randomMask,
  simultaneousConnectivity,
  transportMask,
  weightMatch,
} from 'perm-lmc';
import { readSafetensors, writeSafetensors } from 'perm-lmc/node';
import { pruningPlot } from 'perm-lmc/plots';
import { mlpNetwork, mlpSplitForward } from '../support/mlp';
import { trainNetwork } from '../support/train';
import { keptValue } from './support/cells';
import { trainCheckpoints } from './support/checkpoints';
import { markdownTable, percent } from './support/markdownTable';
import { openStudy } from './support/study';

/** The matches of the tables in docs/paper.md. */
const descent = { start: 'identity', method: 'coordinateDescent', seed: 0 } as const;

const study = await openStudy('pruning');
const { quick, train, test, say } = study;
const widths = quick ? [784, 128, 128, 10] : [784, 256, 256, 256, 10];
const network = mlpNetwork(widths);
const spec = mlpSpec(widths.length - 1);
/** Each level prunes as much as two of the usual levels of 20 %. */
const schedule = geometric(quick ? 0.6 : 0.36);
const levels = quick ? 4 : 9;
const rewindStep = quick ? 48 : 240;
const training = {
  epochs: quick ? 8 : 3,
  batchSize: 250,
  learningRate: 3e-3,
  firstStep: rewindStep,
};
const seeds = [1, 2];
const transported = quick ? [4] : [2, 4, 6, 8, 9];

const evaluated = quick ? 1000 : 10_000;
const x = tf.tensor2d(test.images.subarray(0, 784 * evaluated), [evaluated, 784]);
const y = tf.tensor1d(test.labels.subarray(0, evaluated), 'int32');
const evaluate = classificationEvaluator(mlpSplitForward, { x, y });
const load = async (file: string) => (await readSafetensors(file)).params;

const rewinds: string[] = [];
for (const seed of seeds) {
  const { learningRate, epochs } = training;
  const end = epochs * Math.ceil(train.count / training.batchSize);
  rewinds.push(
    ...(await trainCheckpoints(study, {
      widths,
      gain: 1 / 3,
      seed,
      steps: [rewindStep],
      learningRate,
      end,
    })),
  );
}
for (const seed of seeds) await prune(seed);

const report = await simultaneousConnectivity(sequence(1), sequence(2), {
  spec,
  match: (a, b, { signal }) => weightMatch(spec, a, b, { ...descent, signal }),
  evaluate,
  tolerance: 0.05,
  points: quick ? 5 : 25,
  steps: Array.from({ length: levels + 1 }, (_, level) => level),
  from: 0,
  ...study.cells('report'),
  onProgress: study.follow('levels'),
});
const accuracies = await transport();

const densities = report.steps.map((level) => 1 - schedule(level));
const loss = (barriers: typeof report.unmatched, level: number) =>
  barriers[level].loss.max.toFixed(4);
study.finish({
  report: {
    study: 'pruning',
    data: study.data,
    quick,
    widths,
    seeds,
    densities,
    report,
    accuracies,
  },
  tables: [
    markdownTable(
      ['density', 'error of A', 'error of B', 'unmatched', 'dense permutation', "the level's own"],
      report.steps.map((level) => [
        percent(densities[level]),
        percent(report.unmatched[level].error.values[0]),
        percent(report.unmatched[level].error.values.at(-1)!),
        loss(report.unmatched, level),
        loss(report.one, level),
        loss(report.own, level),
      ]),
    ),
    "Test accuracy of A's rewind point trained under a mask, two orders of the data each:",
    markdownTable(
      ['density', ...Object.keys(accuracies[0].masks)],
      accuracies.map(({ level, masks }) => [
        percent(densities[level]),
        ...Object.values(masks).map((values) => values.map(percent).join(' / ')),
      ]),
    ),
  ].join('\n\n'),
  figures: {
    'pruning-levels': pruningPlot({
      densities,
      report,
      accuracies: [
        { label: 'A', values: report.unmatched.map(({ error }) => 1 - error.values[0]) },
        { label: 'B', values: report.unmatched.map(({ error }) => 1 - error.values.at(-1)!) },
      ],
    }),
  },
});
tf.dispose([x, y]);

function levelFile(seed: number, what: 'params' | 'mask', level: number): string {
  return study.path(`mlp-${seed}-${what}-${level}.safetensors`);
}

function sequence(seed: number): (() => Promise<Params>)[] {
  return Array.from(
    { length: levels + 1 },
    (_, level) => () => load(levelFile(seed, 'params', level)),
  );
}

/** Trains a network from a start under a mask. */
function trainMasked(start: Params, mask: Params, dataSeed: number): Promise<Params> {
  return trainNetwork({ network, train, ...training, start, mask, seed: dataSeed });
}

/** Iterative magnitude pruning of one network; continues after the last level that is kept. */
async function prune(seed: number): Promise<void> {
  let done = -1;
  // The mask is written after the params: if it exists, the level is complete.
  while (existsSync(levelFile(seed, 'mask', done + 1))) done++;
  if (done >= levels) return;
  const resume =
    done < 0
      ? undefined
      : {
          level: done,
          params: await load(levelFile(seed, 'params', done)),
          mask: await load(levelFile(seed, 'mask', done)),
        };
  const rewind = await load(rewinds[seeds.indexOf(seed)]);
  for await (const { level, density, mask, params } of iterativeMagnitudePruning({
    rewind,
    schedule,
    levels,
    resume,
    train: (params, mask) => trainMasked(params, mask, seed),
  })) {
    await writeSafetensors(levelFile(seed, 'params', level), params, { overwrite: true });
    await writeSafetensors(levelFile(seed, 'mask', level), mask, { overwrite: true });
    const { error } = await evaluate(params);
    say(`seed ${seed}, level ${level}: density ${percent(density)}, error ${percent(error)}`);
    tf.dispose([mask, params]);
  }
  tf.dispose([rewind, resume?.params ?? {}, resume?.mask ?? {}]);
}

/** The accuracy of A's rewind point trained under A's mask and under three masks made from B's. */
async function transport(): Promise<{ level: number; masks: Record<string, number[]> }[]> {
  const dense = permutationsFrom(report.permutations[0]);
  const rewind = await load(rewinds[0]);
  const cells = study.cells<number>('transport');
  const found: { level: number; masks: Record<string, number[]> }[] = [];
  for (const level of transported) {
    const [ofA, ofB] = [
      await load(levelFile(1, 'mask', level)),
      await load(levelFile(2, 'mask', level)),
    ];
    const masks: Record<string, Params> = {
      "A's own": ofA,
      "B's, moved": await transportMask(spec, ofB, dense),
      "B's, as it is": ofB,
      random: await randomMask(ofB, { seed: 0 }),
    };
    const accuracies: Record<string, number[]> = {};
    for (const [name, mask] of Object.entries(masks)) {
      accuracies[name] = [];
      for (const dataSeed of [11, 12]) {
        const accuracy = await keptValue(cells, `${level} ${name} ${dataSeed}`, async () => {
          const start = applyMask(rewind, mask);
          const params = await trainMasked(start, mask, dataSeed);
          const { error } = await evaluate(params);
          tf.dispose([start, params]);
          say(`level ${level}, ${name}, data ${dataSeed}: accuracy ${percent(1 - error)}`);
          return 1 - error;
        });
        accuracies[name].push(accuracy);
      }
    }
    found.push({ level, masks: accuracies });
    tf.dispose(Object.values(masks));
  }
  tf.dispose(rewind);
  return found;
}
