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
  manyMatcher,
  mlpSpec,
  type Params,
  type StrongConnectivityReport,
  strongConnectivity,
  weightMatch,
} from 'perm-lmc';
import { lossPlanePlot, widthPlot } from 'perm-lmc/plots';
import { cached } from '../support/cached';
import { mlpNetwork, mlpSplitForward } from '../support/mlp';
import { trainNetwork } from '../support/train';
import { alignedPlane } from './support/alignedPlane';
import { keptValue } from './support/cells';
import { strongTable } from './support/strongTable';
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
  tables: [three, five]
    .map((reports) =>
      strongTable(
        'width',
        reports.map(({ width, report }) => ({ label: String(width), report })),
      ),
    )
    .join('\n\n'),
  figures: {
    'width-barriers': widthPlot(three, { metric: 'loss' }),
    'width-barriers-five': widthPlot(five, { metric: 'loss' }),
    'width-plane': lossPlanePlot(plane, { metric: 'loss' }),
    'width-plane-joint': lossPlanePlot(jointPlane, { metric: 'loss' }),
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

/** The loss on the plane through three networks with these permutations, kept as a cell. */
function planeOf(
  name: string,
  permutations: Report['permutations'],
): Promise<LossPlaneReport<'loss' | 'error'>> {
  const kept = study.cells<LossPlaneReport<'loss' | 'error'>>(`${name} ${planeWidth}`);
  return keptValue(kept, 'plane', () => {
    say(`the ${name} through three networks of width ${planeWidth}`);
    const networks = sets[0].seeds.map((seed) => () => trained(planeWidth, seed));
    return alignedPlane(networks, permutations, { spec, evaluate, points: quick ? 5 : 21 });
  });
}
