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

const pairs: Readonly<Record<string, PermutationSpec>> = {
  mlp64: permutationSpec({
    ...{ 'fc1.weight': 'h1> _', 'fc1.bias': 'h1>', 'fc2.weight': 'h2> >h1', 'fc2.bias': 'h2>' },
    ...{ 'fc3.weight': '_ >h2', 'fc3.bias': '_' },
  }),
  convbn: permutationSpec(
    Object.fromEntries([
      ...[1, 2, 3].flatMap((i) => [
        [`conv${i}.weight`, `c${i}> ${i === 1 ? '_' : `>c${i - 1}`} _ _`],
        ...['weight', 'bias', 'running_mean', 'running_var'].map((leaf) => [
          `bn${i}.${leaf}`,
          `c${i}>`,
        ]),
      ]),
      ...[
        ['fc.weight', '_ >c3'],
        ['fc.bias', '_'],
      ],
    ]),
  ),
};

await tf.setBackend('wasm');
console.log(machine(`tfjs ${tf.version_core}`));
const { train, test } = loadMnist({ train: sizes.train, test: sizes.images });
for (const [name, spec] of Object.entries(pairs)) {
  const fixture = fixtures.find((each) => each.name === name)!;
  const [a, b] = ['A', 'B'].map((each) => readParams(`${name}_${each}`));
  if (isChosen(name)) await printPair(name, { spec, forward: fixture.forward, a, b });
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

/** Prints the errors of two networks of five digits each, with one trunk. */
async function printTasks(): Promise<void> {
  const spec = permutationSpec({
    ...{ 'dense1/kernel': '_ h1>', 'dense1/bias': 'h1>', 'dense2/kernel': '>h1 h2>' },
    ...{ 'dense2/bias': 'h2>', 'dense3/kernel': '>h2 _', 'dense3/bias': '_' },
  });
  const [x, y] = tensorsOf(test);
  const inputs = tf.slice(tensorsOf(train)[0], [0, 0], [sizes.data, -1]);
  const tasks = [0, 5].map((first) => digits(test, first));
  console.log(`\n5 + 5 digits\n\n${markdownHead('merge', 'joint error', 'task error')}`);
  const sums = new Map<string, number[][]>();
  for (const seed of sizes.seeds) {
    const networks = await Promise.all(
      [0, 5].map((first, k) =>
        trainMlp({
          ...{ widths: [784, 64, 64, 5], train: digits(train, first) },
          ...{ seed: 10 * seed + k, epochs: sizes.epochs },
        }),
      ),
    );
    const row = async (label: string, own: readonly Params[]) => {
      const joint = (input: tf.Tensor) =>
        tf.tidy(() =>
          tf.concat(
            own.map((params) => mlpForward(params, input)),
            1,
          ),
        );
      const errors = await Promise.all(
        own.map((params, k) =>
          errorOf((input) => mlpForward(params, input), ...tensorsOf(tasks[k])),
        ),
      );
      const task = (errors[0] + errors[1]) / 2;
      sums.set(label, [...(sums.get(label) ?? []), [await errorOf(joint, x, y), task]]);
    };
    await row('both networks', networks);
    const data = { forward: mlpForward, inputs };
    const { permutations } = await activationMatch(spec, networks[0], networks[1], {
      ...{ ...data, kernel: 'correlation' },
    });
    const aligned = [networks[0], permute(spec, networks[1], permutations)];
    const mean = average(aligned);
    for (const heads of [['dense3'], ['dense2', 'dense3']]) {
      const isHead = (name: string) => heads.some((each) => name.startsWith(each));
      const withHeads = aligned.map((own) =>
        Object.fromEntries(
          Object.keys(mean).map((name) => [name, isHead(name) ? own[name] : mean[name]]),
        ),
      );
      await row(`permuted, ${3 - heads.length} of 3 layers`, withHeads);
    }
    for (const stopAt of ['h2', 'h1']) {
      for (const ratio of quick ? [1] : [1, 1.5]) {
        for (const beta of quick ? [1] : [0, 1]) {
          for (const alpha of quick ? [1] : [0.001, 1]) {
            const zipped = await zip(spec, networks, { ...data, stopAt, ratio, alpha, beta });
            const layers = stopAt === 'h1' ? 1 : 2;
            await row(
              `zipped, ${layers} of 3 layers, ${ratio} n, α ${alpha}, β ${beta}`,
              zipped.heads.map((head) => ({ ...zipped.params, ...head })),
            );
          }
        }
      }
    }
  }
  for (const [label, values] of sums) {
    const means = [0, 1].map((i) => values.reduce((sum, own) => sum + own[i], 0) / values.length);
    console.log(markdownRow(label, ...means.map(percent)));
  }
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
  const classes = await found.data();
  found.dispose();
  return classes.reduce((wrong, own, i) => wrong + Number(own !== labels[i]), 0) / labels.length;
}

function percent(error: number): string {
  return `${(100 * error).toFixed(1)} %`;
}
