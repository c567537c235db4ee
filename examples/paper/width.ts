/**
 * Strong linear connectivity modulo permutation by width (Sharma et al. 2024; Entezari et al. 2022): are several
 * networks connected to each other with one permutation of each? The permutations come from matches to the first
 * network, and from one joint match of all. Trains five MLPs of two hidden layers at each of several widths, and
 * reports on three of them and on all five.
 *
 *     npm run paper width [-- --quick] [--data fashion]
 */
import * as tf from '@tensorflow/tfjs-core';
import {
  classificationEvaluator,
  type LossPlaneReport,
  lossPlane,
  manyMatcher,
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
/** The networks of each report, and its points: on a line, and steps along an edge of the simplex. */
const sets = [
  { seeds: [1, 2, 3], points: quick ? 5 : 25, resolution: quick ? 3 : 6 },
  { seeds: [1, 2, 3, 4, 5], points: quick ? 3 : 11, resolution: quick ? 1 : 2 },
];
const x = tf.tensor2d(test.images, [test.count, 784]);
const y = tf.tensor1d(test.labels, 'int32');
const spec = mlpSpec(3);
const evaluate = classificationEvaluator(mlpSplitForward, { x, y });

type Report = StrongConnectivityReport<'loss' | 'error'>;
const results: { networks: number; width: number; report: Report }[] = [];
for (const { seeds, points, resolution } of sets) {
  for (const width of allWidths) {
    const networks = Object.fromEntries(
      seeds.map((seed) => [`seed ${seed}`, () => trained(width, seed)]),
    );
    const name = `width ${width}, ${seeds.length} networks`;
    const report = await strongConnectivity(networks, {
      spec,
      match: (a, b, { signal }) => weightMatch(spec, a, b, { seed: 0, signal }),
      matchAll: manyMatcher(spec, { seed: 0, start: 'bestReference' }),
      evaluate,
      tolerance: 0.05,
      points,
      resolution,
      own: true,
      ...study.cells(name),
      onProgress: study.follow(name),
    });
    results.push({ networks: seeds.length, width, report });
  }
}

const three = results.filter(({ networks }) => networks === 3);
const five = results.filter(({ networks }) => networks === 5);
const planeWidth = quick ? allWidths[1] : 128;
const { report: planar } = three.find(({ width }) => width === planeWidth)!;
const plane = await planeOf('plane', planar.permutations);
const jointPlane = await planeOf('joint plane', planar.joint!.permutations);
study.finish({
  report: { study: 'width', data: study.data, quick, sets, results, plane, jointPlane },
  tables: [three, five].map(tableOf).join('\n\n'),
  figures: {
    'width-barriers': widthPlot(three, { metric: 'loss' }),
    'width-barriers-five': widthPlot(five, { metric: 'loss' }),
    'width-plane': lossPlanePlot(plane, { metric: 'loss' }),
    'width-plane-joint': lossPlanePlot(jointPlane, { metric: 'loss' }),
  },
});
tf.dispose([x, y]);

/** The greatest barriers of pairs and on the simplex, and the mean network. */
function tableOf(reports: readonly { width: number; report: Report }[]): string {
  return markdownTable(
    [
      'width',
      'no permutation',
      'each pair by itself',
      'pairs, matched to A',
      'jointly',
      'simplex, matched to A',
      'jointly',
      'barycentre, matched to A',
      'jointly',
      'error there, matched to A',
      'jointly',
    ],
    reports.map(({ width, report }) => {
      const joint = report.joint!;
      const own = report.pairs.map((pair) => (pair.own ?? pair.matched).loss.max);
      const simplices = [report.simplex, joint.simplex];
      return [
        String(width),
        report.unmatchedVerdict.barrier.toFixed(4),
        Math.max(...own).toFixed(4),
        report.verdict.barrier.toFixed(4),
        joint.verdict.barrier.toFixed(4),
        ...simplices.map(({ loss }) => loss.max.toFixed(4)),
        ...simplices.map(({ loss }) => loss.barycentre.toFixed(4)),
        ...simplices.map(({ weights, error }) => {
          const centre = weights.findIndex((w) => w.every((each) => each === 1 / w.length));
          return percent(error.values[centre]);
        }),
      ];
    }),
  );
}

function trained(width: number, seed: number): Promise<Params> {
  const widths = [784, width, width, 10];
  const options = { seed, epochs: quick ? 8 : 3, batchSize: 250, learningRate: 3e-3 };
  const settings = { ...options, widths, images: train.count, data: study.data };
  return cached(study.path(`mlp-${width}-${seed}.safetensors`), settings, () => {
    say(`training width ${width}, seed ${seed}`);
    return trainNetwork({ network: mlpNetwork(widths, 1 / 3), train, ...options });
  });
}

/** The loss on the plane through three networks with these permutations, kept as a cell. */
async function planeOf(
  name: string,
  permutations: Report['permutations'],
): Promise<LossPlaneReport<'loss' | 'error'>> {
  const kept = study.cells<LossPlaneReport<'loss' | 'error'>>(`${name} ${planeWidth}`);
  return keptValue(kept, 'plane', async () => {
    say(`the ${name} through three networks of width ${planeWidth}`);
    const aligned: Params[] = [];
    for (const [i, own] of permutations.entries()) {
      const params = await trained(planeWidth, sets[0].seeds[i]);
      aligned.push(permute(spec, params, permutationsFrom(own)));
      tf.dispose(params);
    }
    const [a, b, c] = aligned;
    const plane = await lossPlane(a, b, c, evaluate, { points: quick ? 5 : 21 });
    tf.dispose(aligned);
    return plane;
  });
}
