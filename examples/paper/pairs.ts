/**
 * Weak linear connectivity modulo permutation (Sharma et al. 2024; Ainsworth et al. 2023): are two networks
 * from different seeds connected once the units of one are permuted? Trains three networks each of two
 * families, an MLP and a convolutional network with batch normalisation, and measures the barrier of every
 * pair without a permutation and with those of weight matching and of activation matching. For batch
 * normalisation it also measures with statistics that are recomputed at every point instead of interpolated.
 *
 *     npm run paper pairs [-- --quick] [--data fashion]
 */
import * as tf from '@tensorflow/tfjs-core';
import {
  activationMatch,
  classificationEvaluator,
  type Evaluate,
  type Matcher,
  mlpSpec,
  type Params,
  type PermutationSpec,
  resetBatchNorm,
  type SplitForward,
  traceSpec,
  type WeakConnectivityReport,
  weakConnectivity,
  weightMatch,
} from 'perm-lmc';
import { barrierPlot } from 'perm-lmc/plots';
import { cached } from '../support/cached';
import { convNetwork, convSplitForward } from '../support/convNet';
import { mlpNetwork, mlpSplitForward } from '../support/mlp';
import type { Network } from '../support/network';
import { trainNetwork } from '../support/train';
import { borrowing } from './support/cells';
import { markdownTable, percent } from './support/markdownTable';
import { openStudy } from './support/study';

/** A kind of network to train, with the statistics that are measured on it. */
interface Family {
  /** The name of its files. */
  readonly name: string;
  readonly network: Network;
  readonly splitForward: SplitForward;
  readonly spec: PermutationSpec;
  readonly epochs: number;
  readonly learningRate: number;
  /** True if its batch normalisation is also measured with recomputed statistics. */
  readonly norms: boolean;
}

/** The matches of the tables in docs/paper.md. */
const descent = { start: 'identity', method: 'coordinateDescent', seed: 0 } as const;

const study = await openStudy('pairs');
const { quick, train, test, say } = study;
const evaluated = quick ? 1000 : 5000;
const x = tf.tensor2d(test.images.subarray(0, 784 * evaluated), [evaluated, 784]);
const y = tf.tensor1d(test.labels.subarray(0, evaluated), 'int32');
/** Training images that activations and recomputed statistics see. */
const samples = quick ? 1000 : 2000;
const images = tf.tensor2d(train.images.subarray(0, 784 * samples), [samples, 784]);
const seeds = quick ? [1, 2] : [1, 2, 3];
const points = quick ? 5 : 25;
const tolerance = 0.05;

const channels = quick ? [8, 16, 32] : [16, 32, 64];
const conv = convNetwork(channels);
const widths = quick ? [784, 128, 128, 10] : [784, 512, 512, 512, 10];
const families: Record<string, Family> = {
  MLP: {
    name: `mlp-${widths.slice(1, -1).join('-')}`,
    network: mlpNetwork(widths, 1 / 3),
    splitForward: mlpSplitForward,
    spec: mlpSpec(widths.length - 1),
    epochs: quick ? 8 : 3,
    learningRate: 3e-3,
    norms: false,
  },
  'convolutional, batch norm': {
    name: `conv-${channels.join('-')}`,
    network: conv,
    splitForward: convSplitForward,
    spec: await specOf(conv),
    epochs: quick ? 4 : 3,
    learningRate: 2e-2,
    norms: true,
  },
};

const reports: Record<string, WeakConnectivityReport<'loss' | 'error'>> = {};
const rows: string[][] = [];
for (const [family, own] of Object.entries(families)) {
  const { name, network, splitForward, spec, norms, ...training } = own;
  const networks = Object.fromEntries(seeds.map((seed) => [`seed ${seed}`, () => trained(seed)]));
  for (const seed of seeds) tf.dispose(await trained(seed));

  const matchers: Record<string, Matcher> = {
    weight: (a, b, { signal }) => weightMatch(spec, a, b, { ...descent, signal }),
    activation: (a, b, { signal }) =>
      activationMatch(spec, a, b, { forward: network.forward, inputs: images, signal }),
  };
  const plain = classificationEvaluator(splitForward, { x, y });
  const evaluators: Record<string, Evaluate<'loss' | 'error'>> = norms
    ? { interpolated: plain, recomputed: withRecomputedStatistics(network, plain) }
    : { '–': plain };
  for (const [statistics, evaluate] of Object.entries(evaluators)) {
    for (const [method, match] of Object.entries(matchers)) {
      const part = (of: string, at: string) => study.cells(`${name} ${of} ${at}`);
      // The barriers of networks as they are, and permutations, are measured once.
      let cells = part(method, statistics);
      if (method !== 'weight') cells = borrowing(cells, part('weight', statistics), 'unmatched/');
      if (statistics === 'recomputed') {
        cells = borrowing(cells, part(method, 'interpolated'), 'permutations/');
      }
      const report = await weakConnectivity(networks, {
        spec,
        match,
        evaluate,
        tolerance,
        points,
        ...cells,
        onProgress: study.follow(`${family}, ${method}, ${statistics}`),
      });
      reports[`${name} ${method} ${statistics}`] = report;
      if (method === 'weight')
        rows.push(rowOf(family, statistics, 'unmatched', report, 'unmatched'));
      rows.push(rowOf(family, statistics, `${method} matching`, report, 'matched'));
    }
  }

  function trained(seed: number): Promise<Params> {
    const options = { ...training, batchSize: 250, seed };
    const settings = { ...options, network: name, images: train.count, data: study.data };
    return cached(study.path(`${name}-${seed}.safetensors`), settings, () => {
      say(`training ${name}, seed ${seed}`);
      return trainNetwork({ network, train, ...options });
    });
  }
}

const [mlpName, convName] = Object.values(families).map(({ name }) => name);
study.finish({
  report: { study: 'pairs', data: study.data, quick, seeds, points, reports },
  tables: markdownTable(
    [
      'network',
      'statistics',
      'permutation',
      'loss barrier, worst pair',
      'mean',
      'error barrier, worst pair',
      'error halfway, mean',
    ],
    rows,
  ),
  figures: {
    'pairs-mlp': figureOf(mlpName, '–', 'MLP'),
    'pairs-conv': figureOf(convName, 'recomputed', 'Convolutional network, statistics recomputed'),
  },
});
tf.dispose([x, y, images]);

/** The spec that is derived from one forward pass of an untrained network. */
async function specOf({ init, forward }: Network): Promise<PermutationSpec> {
  const params = init(1);
  const input = tf.randomUniform([2, 784], 0, 1, 'float32', 1);
  const spec = await traceSpec(forward, params, input);
  tf.dispose([params, input]);
  return spec;
}

/** Measures a network after its batch normalisation has seen training images. */
function withRecomputedStatistics(
  { forward }: Network,
  evaluate: Evaluate<'loss' | 'error'>,
): Evaluate<'loss' | 'error'> {
  return async (params) => {
    const reset = await resetBatchNorm(params, { forward, inputs: images, batchSize: samples });
    try {
      return await evaluate(reset);
    } finally {
      tf.dispose(reset);
    }
  };
}

function rowOf(
  family: string,
  statistics: string,
  permutation: string,
  { pairs }: WeakConnectivityReport<'loss' | 'error'>,
  which: 'matched' | 'unmatched',
): string[] {
  const curves = pairs.map((pair) => pair[which]);
  const losses = curves.map(({ loss }) => loss.max);
  const errors = curves.map(({ error }) => error.max);
  const halfway = curves.map(({ error }) => error.values[(points - 1) / 2]);
  return [
    family,
    statistics,
    permutation,
    Math.max(...losses).toFixed(4),
    mean(losses).toFixed(4),
    percent(Math.max(...errors)),
    percent(mean(halfway)),
  ];
}

function figureOf(name: string, statistics: string, title: string): string {
  const of = (method: string) => reports[`${name} ${method} ${statistics}`].pairs[0];
  return barrierPlot(
    [
      { label: 'no permutation', report: of('weight').unmatched },
      { label: 'weight matching', report: of('weight').matched },
      { label: 'activation matching', report: of('activation').matched },
    ],
    { title, metric: 'loss' },
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
