/**
 * Zips trained networks at several sizes and settings, and compares them with merging after a permutation and with the
 * ensemble. The first tables are of pairs trained on the same digits: errors on test images after batch
 * normalisations were reset on training images. The last is of two networks that were trained on five digits each and
 * share a trunk: the joint error is that of the greatest of all ten logits, the task error that of a network's own five
 * on its own digits. It takes some minutes.
 *
 *     npm run bench zipping [-- mlp64 …]
 *
 * With --quick it takes few images and settings.
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import {
  activationMatch,
  average,
  type Params,
  type PermutationSpec,
  permutationSpec,
  permute,
  resetBatchNorm,
  weightMatch,
  type ZipOptions,
  zip,
} from 'perm-lmc';
import { mlpForward } from '../examples/support/mlp';
import { type LabelledImages, loadMnist } from '../examples/support/mnist';
import { trainMlp } from '../examples/support/trainMlp';
import { fixtures, readParams } from '../test/support/fixtures';
import { machine } from './support/machine';
import { markdownHead, markdownRow } from './support/table';

const quick = process.argv.includes('--quick');
const only = process.argv.slice(2).filter((name) => !name.startsWith('--'));
const isChosen = (name: string) => only.length === 0 || only.includes(name);
const sizes = quick
  ? { images: 200, data: 100, train: 200, epochs: 1, seeds: [1] }
  : { images: 1000, data: 500, train: 10_000, epochs: 4, seeds: [1, 2] };

type Forward = (params: Params, x: tf.Tensor) => tf.Tensor;

/** Two networks trained on the same task. */
interface Pair {
  readonly spec: PermutationSpec;
  readonly forward: Forward;
  readonly a: Params;
  readonly b: Params;
}

const [mlp64, convBn] = fixtures;

/** The spec of networks of five digits each. */
const taskSpec = permutationSpec({
  ...{ 'dense1/kernel': '_ h1>', 'dense1/bias': 'h1>', 'dense2/kernel': '>h1 h2>' },
  ...{ 'dense2/bias': 'h2>', 'dense3/kernel': '>h2 _', 'dense3/bias': '_' },
});

await tf.setBackend('wasm');
console.log(machine(`tfjs ${tf.version_core}`));
const { train, test } = loadMnist({ train: sizes.train, test: sizes.images });
for (const { name, spec, forward } of [mlp64, convBn]) {
  const [a, b] = ['A', 'B'].map((each) => readParams(`${name}_${each}`));
  if (isChosen(name)) await printPair(name, { spec, forward, a, b });
}
if (isChosen('tasks')) await printTasks();

/** Prints the errors of the merges of a pair. */
async function printPair(name: string, { spec, forward, a, b }: Pair): Promise<void> {
  const [x, y] = tensorsOf(test);
  const inputs = tf.slice(tensorsOf(train)[0], [0, 0], [sizes.data, -1]);
  const row = async (label: string, params: Params) => {
    const isReset = Object.keys(params).some((each) => each.endsWith('running_var'));
    const own = isReset ? await resetBatchNorm(params, { forward, inputs }) : params;
    const error = await errorOf((input) => forward(own, input), x, y);
    console.log(markdownRow(label, percent(error)));
  };
  console.log(`\n${name}\n\n${markdownHead('merge', 'error')}`);
  await row('A', a);
  await row('B', b);
  console.log(markdownRow('ensemble', percent(await errorOf(ensemble, x, y))));
  await row('average, not aligned', average([a, b]));
  const weights = await weightMatch(spec, a, b);
  await row('average, weightMatch', average([a, permute(spec, b, weights.permutations)]));
  const found = await activationMatch(spec, a, b, { forward, inputs, kernel: 'correlation' });
  await row('average, activationMatch', average([a, permute(spec, b, found.permutations)]));
  for (const { label, options } of settings({ forward, inputs })) {
    await row(label, (await zip(spec, [a, b], options)).params);
  }

  function ensemble(input: tf.Tensor): tf.Tensor {
    return tf.tidy(() => tf.add(forward(a, input), forward(b, input)));
  }
}

/** The settings of a table. */
function settings(data: { forward: Forward; inputs: tf.Tensor }) {
  const list: { label: string; options: ZipOptions }[] = [];
  const add = (label: string, options: object) => {
    list.push({ label: `zip, ${label}`, options: { ...data, ...options } });
  };
  for (const alpha of quick ? [1] : [0, 0.001, 0.5, 1]) {
    for (const beta of quick ? [1] : [0, 1]) add(`α ${alpha}, β ${beta}`, { alpha, beta });
  }
  add('before the nonlinearity', { side: 'before', alpha: 1 });
  list.push({ label: 'zip, weights', options: { by: 'weights', alpha: 1 } });
  for (const ratio of quick ? [1.5] : [1.25, 1.5]) {
    add(`${ratio} n`, { ratio, alpha: 1 });
    list.push({ label: `zip, weights, ${ratio} n`, options: { by: 'weights', ratio, alpha: 1 } });
  }
  return list;
}

/** Networks whose layers have been merged, in part, with a network for each task. */
interface Merged {
  readonly label: string;
  readonly networks: readonly Params[];
}

/** Prints the errors of two networks of five digits each, means over the seeds. */
async function printTasks(): Promise<void> {
  console.log(`\n5 + 5 digits\n\n${markdownHead('merge', 'joint error', 'task error')}`);
  const inputs = tf.slice(tensorsOf(train)[0], [0, 0], [sizes.data, -1]);
  const errors = new Map<string, number[][]>();
  for (const seed of sizes.seeds) {
    const networks: Params[] = [];
    for (const [k, first] of [0, 5].entries()) {
      networks.push(
        await trainMlp({
          ...{ widths: [784, 64, 64, 5], train: digits(train, first) },
          ...{ seed: 10 * seed + k, epochs: sizes.epochs },
        }),
      );
    }
    const data = { forward: mlpForward, inputs };
    const merges = [
      { label: 'both networks', networks },
      ...(await permutedTasks(networks, data)),
      ...(await zippedTasks(networks, data)),
    ];
    for (const merged of merges) {
      const own = await taskErrors(merged);
      errors.set(merged.label, [...(errors.get(merged.label) ?? []), own]);
    }
  }
  for (const [label, values] of errors) {
    const means = [0, 1].map((i) => values.reduce((sum, own) => sum + own[i], 0) / values.length);
    console.log(markdownRow(label, ...means.map(percent)));
  }
}

/** The joint error, and the mean of the errors of each network on its own digits. */
async function taskErrors({ networks }: Merged): Promise<[number, number]> {
  const joint = (input: tf.Tensor) =>
    tf.tidy(() =>
      tf.concat(
        networks.map((params) => mlpForward(params, input)),
        1,
      ),
    );
  const own = await Promise.all(
    networks.map((params, k) =>
      errorOf((input) => mlpForward(params, input), ...tensorsOf(digits(test, 5 * k))),
    ),
  );
  return [await errorOf(joint, ...tensorsOf(test)), (own[0] + own[1]) / 2];
}

/** The mean of the first layers after activation matching, with the other layers of each network. */
async function permutedTasks(
  [a, b]: readonly Params[],
  data: { forward: Forward; inputs: tf.Tensor },
): Promise<Merged[]> {
  const options = { ...data, kernel: 'correlation' } as const;
  const { permutations } = await activationMatch(taskSpec, a, b, options);
  const aligned = [a, permute(taskSpec, b, permutations)];
  const mean = average(aligned);
  return [2, 1].map((layers) => ({
    label: `permuted, ${layers} of 3 layers`,
    networks: aligned.map((own) => {
      const isMerged = (name: string) => Number(name.charAt('dense'.length)) <= layers;
      return Object.fromEntries(
        Object.entries(mean).map(([name, value]) => [name, isMerged(name) ? value : own[name]]),
      );
    }),
  }));
}

/** Zips up to the second and the first layer. */
async function zippedTasks(
  networks: readonly Params[],
  data: { forward: Forward; inputs: tf.Tensor },
): Promise<Merged[]> {
  const merged: Merged[] = [];
  const settings = (quick ? [1] : [1, 1.5]).flatMap((ratio) =>
    (quick ? [1] : [0, 1]).flatMap((beta) =>
      (quick ? [1] : [0.001, 1]).map((alpha) => ({ ratio, alpha, beta })),
    ),
  );
  for (const [layers, stopAt] of [[2, 'h2'] as const, [1, 'h1'] as const]) {
    for (const own of settings) {
      const { params, heads } = await zip(taskSpec, networks, { ...data, ...own, stopAt });
      merged.push({
        label: `zipped, ${layers} of 3 layers, ${own.ratio} n, α ${own.alpha}, β ${own.beta}`,
        networks: heads.map((head) => ({ ...params, ...head })),
      });
    }
  }
  return merged;
}

/** The images of five digits, with labels from 0. */
function digits({ images, labels, count }: LabelledImages, first: number): LabelledImages {
  const chosen = Array.from({ length: count }, (_, i) => i).filter(
    (i) => labels[i] >= first && labels[i] < first + 5,
  );
  const own = new Float32Array(784 * chosen.length);
  chosen.forEach((i, at) => {
    own.set(images.subarray(784 * i, 784 * (i + 1)), 784 * at);
  });
  return {
    images: own,
    labels: Int32Array.from(chosen, (i) => labels[i] - first),
    count: chosen.length,
  };
}

function tensorsOf({ images, labels, count }: LabelledImages): [tf.Tensor2D, Int32Array] {
  return [tf.tensor2d(images, [count, 784]), labels];
}

async function errorOf(
  forward: (x: tf.Tensor) => tf.Tensor,
  x: tf.Tensor2D,
  labels: Int32Array,
): Promise<number> {
  const found = tf.tidy(() => tf.argMax(forward(x), -1));
  const classes = Int32Array.from(await found.data());
  found.dispose();
  return classes.reduce((wrong, own, i) => wrong + Number(own !== labels[i]), 0) / labels.length;
}

function percent(error: number): string {
  return `${(100 * error).toFixed(1)} %`;
}
