/**
 * Makes trained networks smaller without data: the mean rise of the test error of MLPs 784-64-64-10 and of convolutional
 * networks of 8, 16 and 32 channels with batch normalisation, on MNIST, by the share of units that is kept. `fold`
 * against magnitude pruning of whole units, to equal shares of each layer and to the sizes that `fold` chose. The
 * convolutional networks also with batch normalisation recomputed on 500 training images, and the folded MLPs repaired
 * on them. The defaults of `fold` were chosen on the first two families, which were trained in PyTorch, and on the first
 * 2000 test images. The last two families, trained here, and the other 8000 test images had no part in that choice. The
 * first run trains them.
 *
 *     npm run bench folding [-- FAMILY …]
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import {
  classificationEvaluator,
  type FoldOptions,
  fold,
  groupSizes,
  mlpSpec,
  type Params,
  type PermutationSpec,
  permutationSpec,
  repairFolded,
  resetBatchNorm,
} from 'perm-lmc';
import { cached } from '../examples/support/cached';
import { convNetwork } from '../examples/support/convNet';
import { mlpForward } from '../examples/support/mlp';
import { loadMnist } from '../examples/support/mnist';
import { trainNetwork } from '../examples/support/train';
import { type Fixture, fixtures, mnistTest, readParams } from '../test/support/fixtures';
import { machine } from './support/machine';
import { pruneUnits } from './support/pruneUnits';
import { markdownHead, markdownRow } from './support/table';
import type { Labelled } from './support/trainedPairs';
import { widthNetwork } from './support/widthNetwork';

const ratios = [0.9, 0.75, 0.5, 0.4, 0.3];

/** Networks of one architecture. */
interface Family {
  readonly name: string;
  readonly networks: () => Promise<Params[]>;
  readonly spec: PermutationSpec;
  readonly forward: (params: Params, x: tf.Tensor) => tf.Tensor;
  /** The first and the last of the test images, exclusive. */
  readonly images: readonly [number, number];
  readonly hasNorms: boolean;
}

await tf.setBackend('wasm');
console.log(machine());
const only = process.argv.slice(2);
const [mlp64, convBn] = fixtures;
const conv = convNetwork([8, 16, 32]);
const convSpec = permutationSpec({
  ...Object.fromEntries(
    [1, 2, 3].flatMap((i) => [
      [`conv${i}/kernel`, `_ _ ${i === 1 ? '_' : `>c${i - 1}`} c${i}>`],
      ...['gamma', 'beta', 'moving_mean', 'moving_variance'].map((leaf) => [
        `bn${i}/${leaf}`,
        `c${i}>`,
      ]),
    ]),
  ),
  'dense/kernel': '>c3 _',
  'dense/bias': '_',
});
const families: readonly Family[] = [
  ofFixture('MLP', mlp64, false),
  ofFixture('ConvBN', convBn, true),
  {
    name: 'MLP, held out',
    networks: () => Promise.all([1, 2, 3].map((seed) => widthNetwork(64, seed))),
    spec: mlpSpec(3),
    forward: mlpForward,
    images: [2000, 10_000],
    hasNorms: false,
  },
  {
    name: 'ConvBN, held out',
    networks: () => Promise.all([1, 2, 3].map(convOfSeed)),
    spec: convSpec,
    forward: conv.forward,
    images: [2000, 10_000],
    hasNorms: true,
  },
];

/** A way to make a network smaller. */
type Method = (family: Family, params: Params, ratio: number) => Promise<Params>;

const methods: Readonly<Record<string, Method>> = {
  pruned: async ({ spec }, params, ratio) =>
    pruneUnits(spec, params, equalSizes(spec, params, ratio)),
  'pruned, sizes of fold': async ({ spec }, params, ratio) => {
    const folded = await fold(spec, params, { ratio });
    tf.dispose(folded.params);
    return pruneUnits(spec, params, folded.sizes);
  },
  fold: folding({}),
  'fold, repaired': async ({ spec, forward }, params, ratio) => {
    const folded = await fold(spec, params, { ratio });
    const repaired = await repairFolded(spec, folded, params, { forward, inputs });
    tf.dispose(folded.params);
    return repaired;
  },
  'fold, equal shares': folding({ allocate: 'equal' }),
  'fold, k-means, equal shares': folding({ method: 'k-means', allocate: 'equal' }),
};

/** Training images, without labels. */
const inputs = tf.tensor2d(loadMnist({ train: 500, test: 1 }).train.images, [500, 784]);
for (const family of families) {
  if (only.length === 0 || only.includes(family.name)) await printFamily(family);
}

async function printFamily(family: Family): Promise<void> {
  const { name, images } = family;
  const evaluate = classificationEvaluator(family.forward, testImages(...images), {
    batchSize: 500,
  });
  const errorOf = async (params: Params) => (await evaluate(params)).error;
  const networks = await family.networks();
  const before = await Promise.all(networks.map(errorOf));
  console.log(`\n${name}: errors ${before.map(percent).join(', ')} %, rises in points\n`);
  console.log(markdownHead('method', ...ratios.map(String)));
  for (const [method, shrink] of Object.entries(methods)) {
    const [plain, reset] = [ratios.map(() => 0), ratios.map(() => 0)];
    for (const [i, ratio] of ratios.entries()) {
      for (const [k, network] of networks.entries()) {
        const smaller = await shrink(family, network, ratio);
        plain[i] += ((await errorOf(smaller)) - before[k]) / networks.length;
        if (family.hasNorms) {
          const own = await resetBatchNorm(smaller, { forward: family.forward, inputs });
          reset[i] += ((await errorOf(own)) - before[k]) / networks.length;
          tf.dispose(own);
        }
        tf.dispose(smaller);
      }
    }
    console.log(markdownRow(method, ...plain.map(percent)));
    if (family.hasNorms) console.log(markdownRow(`${method}, reset`, ...reset.map(percent)));
  }
}

/** Networks that were trained in PyTorch, A and B. */
function ofFixture(name: string, fixture: Fixture, hasNorms: boolean): Family {
  const networks = async () => ['A', 'B'].map((each) => readParams(`${fixture.name}_${each}`));
  return { ...fixture, name, networks, images: [0, 2000], hasNorms };
}

/** A convolutional network, trained here and kept below `out` for the next time. */
function convOfSeed(seed: number): Promise<Params> {
  const options = { seed, epochs: 4, learningRate: 2e-2 };
  const settings = { ...options, channels: [8, 16, 32], data: 'mnist' };
  return cached(`out/bench/conv-8-16-32-seed-${seed}.safetensors`, settings, () =>
    trainNetwork({ network: conv, train: loadMnist().train, ...options }),
  );
}

/** The test images `from` … `to` − 1. */
function testImages(from: number, to: number): Labelled {
  const { x, y } = mnistTest(to);
  const part = { x: tf.slice(x, [from]), y: tf.slice(y, [from]) };
  tf.dispose([x, y]);
  return part;
}

function folding(options: FoldOptions): Method {
  return async ({ spec }, params, ratio) =>
    (await fold(spec, params, { ratio, ...options })).params;
}

function equalSizes(spec: PermutationSpec, params: Params, ratio: number): Record<string, number> {
  return Object.fromEntries(
    Object.entries(groupSizes(spec, params)).map(([group, size]) => [
      group,
      Math.max(1, Math.round(ratio * size)),
    ]),
  );
}

function percent(value: number): string {
  return (100 * value).toFixed(1);
}
