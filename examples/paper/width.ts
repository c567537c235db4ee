/**
 * Strong linear connectivity modulo permutation by width (Sharma et al. 2024; Entezari et al. 2022): with three
 * networks A, B and C, and B and C matched to A, are B and C connected, too, though they were never matched to
 * each other? Trains three MLPs of two hidden layers at each of several widths.
 *
 *     npm run paper width [-- --quick] [--data fashion]
 */
import * as tf from '@tensorflow/tfjs-core';
import {
  classificationEvaluator,
  type LossPlaneReport,
  lossPlane,
  mlpSpec,
  type Params,
  permutationsFrom,
  permute,
  type StrongConnectivityReport,
  strongConnectivity,
  weightMatch,
} from 'perm-lmc';
import { lossPlanePlot, widthPlot } from 'perm-lmc/plots';
import { cached } from '../support/cached';
import { mlpNetwork, mlpSplitForward } from '../support/mlp';
import { trainNetwork } from '../support/train';
import { keptValue } from './support/cells';
import { markdownTable, percent } from './support/markdownTable';
import { openStudy } from './support/study';

const study = await openStudy('width');
const { quick, train, test, say } = study;
const allWidths = quick ? [16, 128] : [32, 64, 128, 256, 512, 1024];
const seeds = [1, 2, 3];
const points = quick ? 5 : 25;
const x = tf.tensor2d(test.images, [test.count, 784]);
const y = tf.tensor1d(test.labels, 'int32');
const spec = mlpSpec(3);
const evaluate = classificationEvaluator(mlpSplitForward, { x, y });

const results: { width: number; report: StrongConnectivityReport<'loss' | 'error'> }[] = [];
for (const width of allWidths) {
  const networks = Object.fromEntries(
    seeds.map((seed) => [`seed ${seed}`, () => trained(width, seed)]),
  );
  const report = await strongConnectivity(networks, {
    spec,
    match: (a, b, { signal }) => weightMatch(spec, a, b, { seed: 0, signal }),
    evaluate,
    tolerance: 0.05,
    points,
    resolution: quick ? 3 : 6,
    own: true,
    ...study.cells(`width ${width}`),
    onProgress: study.follow(`width ${width}`),
  });
  results.push({ width, report });
}

const planeWidth = quick ? allWidths[1] : 128;
const plane = await planeOf(planeWidth);
study.finish({
  report: { study: 'width', data: study.data, quick, seeds, points, results, plane },
  tables: markdownTable(
    [
      'width',
      'no permutation',
      'weak: matched to A',
      'B and C, each matched to A',
      'B and C, matched to each other',
      'barycentre',
      'error there',
    ],
    results.map(({ width, report }) => {
      const { pairs, simplex } = report;
      const indirect = pairs.find(({ kind }) => kind === 'indirect')!;
      const direct = pairs.filter(({ kind }) => kind === 'direct');
      const centre = simplex.weights.findIndex((w) => w.every((each) => each === 1 / w.length));
      return [
        String(width),
        report.unmatchedVerdict.barrier.toFixed(4),
        Math.max(...direct.map(({ matched }) => matched.loss.max)).toFixed(4),
        indirect.matched.loss.max.toFixed(4),
        indirect.own!.loss.max.toFixed(4),
        simplex.loss.barycentre.toFixed(4),
        percent(simplex.error.values[centre]),
      ];
    }),
  ),
  figures: {
    'width-barriers': widthPlot(results, { metric: 'loss' }),
    'width-plane': lossPlanePlot(plane, { metric: 'loss' }),
  },
});
tf.dispose([x, y]);

function trained(width: number, seed: number): Promise<Params> {
  const widths = [784, width, width, 10];
  const options = { seed, epochs: quick ? 8 : 3, batchSize: 250, learningRate: 3e-3 };
  const settings = { ...options, widths, images: train.count, data: study.data };
  return cached(study.path(`mlp-${width}-${seed}.safetensors`), settings, () => {
    say(`training width ${width}, seed ${seed}`);
    return trainNetwork({ network: mlpNetwork(widths, 1 / 3), train, ...options });
  });
}

/** The loss on the plane through A, P[B] and Q[C], kept as a cell. */
async function planeOf(width: number): Promise<LossPlaneReport<'loss' | 'error'>> {
  const kept = study.cells<LossPlaneReport<'loss' | 'error'>>(`plane ${width}`);
  return keptValue(kept, 'plane', async () => {
    say(`the plane through three networks of width ${width}`);
    const { permutations } = results.find((each) => each.width === width)!.report;
    const aligned: Params[] = [];
    for (const [i, seed] of seeds.entries()) {
      const params = await trained(width, seed);
      aligned.push(permute(spec, params, permutationsFrom(permutations[i])));
      tf.dispose(params);
    }
    const [a, b, c] = aligned;
    const plane = await lossPlane(a, b, c, evaluate, { points: quick ? 5 : 21 });
    tf.dispose(aligned);
    return plane;
  });
}
