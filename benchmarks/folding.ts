/**
 * Makes trained networks smaller without data: the mean rise of the test error of MLPs 784-64-64-10 and of convolutional
 * networks of 8, 16 and 32 channels with batch normalisation, on MNIST, by the share of units that is kept. `fold`
 * against magnitude pruning of whole units, to equal shares of each layer and to the sizes that `fold` chose. The
 * convolutional networks also with batch normalisation recomputed on 500 training images, and the folded MLPs repaired
 * on them.
 *
 *     npm run bench folding
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import {
  classificationEvaluator,
  type FoldOptions,
  fold,
  groupSizes,
  type Params,
  type PermutationSpec,
  repairFolded,
  resetBatchNorm,
} from 'perm-lmc';
import { loadMnist } from '../examples/support/mnist';
import { fixtures, mnistTest, readParams } from '../test/support/fixtures';
import { machine } from './support/machine';
import { pruneUnits } from './support/pruneUnits';
import { markdownHead, markdownRow } from './support/table';

const ratios = [0.9, 0.75, 0.5, 0.4, 0.3];

/** Networks of one architecture. */
interface Family {
  readonly name: string;
  readonly files: readonly string[];
  readonly spec: PermutationSpec;
  readonly forward: (params: Params, x: tf.Tensor) => tf.Tensor;
  readonly images: number;
  readonly hasNorms: boolean;
}

const [mlp64, convBn] = fixtures;
const families: readonly Family[] = [
  { ...mlp64, name: 'MLP', files: ['mlp64_A', 'mlp64_B'], images: 2000, hasNorms: false },
  { ...convBn, name: 'ConvBN', files: ['convbn_A', 'convbn_B'], images: 2000, hasNorms: true },
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

await tf.setBackend('wasm');
console.log(machine());
/** Training images, without labels. */
const inputs = tf.tensor2d(loadMnist({ train: 500, test: 1 }).train.images, [500, 784]);
for (const family of families) await printFamily(family);

async function printFamily(family: Family): Promise<void> {
  const { name, files, images } = family;
  const evaluate = classificationEvaluator(family.forward, mnistTest(images), { batchSize: 500 });
  const errorOf = async (params: Params) => (await evaluate(params)).error;
  const networks = files.map(readParams);
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
