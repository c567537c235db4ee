/**
 * How long does weight matching take, on the wasm backend? The default matcher against the plain loop
 * (`incremental: false`) and, where Python has NumPy and scipy, against the same algorithm written in
 * NumPy: the same networks, interleaved in one run. Prints medians and ratios with quartiles.
 *
 *     npm run bench weightMatching [-- 'MLP 3×512' 'VGG-16' …]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import {
  mlpSpec,
  type Params,
  type PermutationSpec,
  permute,
  randomPermutations,
  resnetSpec,
  vggSpec,
  weightMatch,
} from 'perm-lmc';
import { writeSafetensors } from 'perm-lmc/node';
import { loadMnist } from '../examples/support/mnist';
import { trainMlp } from '../examples/support/trainMlp';
import { startPython } from './support/python';
import { quantile, row, spread } from './support/table';

const REPEATS = 3;
const only = process.argv.slice(2);
await tf.setBackend('wasm');

/** A network's spec and shapes: every group has the size that `width` says. */
interface Architecture {
  readonly name: string;
  readonly spec: PermutationSpec;
  readonly width: (group: string) => number;
  /** The size of a fixed axis, by the parameter's name and the axis. */
  readonly fixed: (param: string, axis: number) => number;
}

const mlp = (n: number): Architecture => ({
  name: `MLP 3×${n}`,
  spec: mlpSpec(4),
  width: () => n,
  fixed: (param) => (param.startsWith('dense1') ? 784 : 10),
});
const convolutional = (param: string, axis: number) =>
  /^(head|fc|predictions)/.test(param) ? 10 : axis < 2 ? (param.includes('shortcut') ? 1 : 3) : 3;
const resnet20 = (times: number): Architecture => ({
  name: `ResNet-20 ×${times}`,
  spec: resnetSpec([3, 3, 3]),
  width: (group) =>
    16 * times * (group.startsWith('stage3') ? 4 : group.startsWith('stage2') ? 2 : 1),
  fixed: convolutional,
});
const vgg16: Architecture = {
  name: 'VGG-16',
  spec: vggSpec(16, { batchNorm: true, classifier: ['predictions'] }),
  width: (group) => [64, 128, 256, 512, 512][Number(group[4]) - 1],
  fixed: convolutional,
};

const architectures = [mlp(512), mlp(1024), mlp(2048), resnet20(1), resnet20(4), vgg16];
const folder = mkdtempSync(join(tmpdir(), 'perm-lmc-bench-'));
const python = await startPython('weightMatching.py', [folder]);
console.log(
  `${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}, ${python?.version ?? 'no NumPy'}`,
);
console.log('a ratio below 1 means that the default matcher is faster; median (quartiles)\n');
const widths = [14, 14, 8, 11, 22, 22, 18];
console.log(
  row(
    widths,
    'network',
    'pair',
    'sweeps',
    'default s',
    'default / plain',
    'default / NumPy',
    'same permutations',
  ),
);

for (const architecture of architectures) {
  if (only.length > 0 && !only.includes(architecture.name)) continue;
  await measure(
    architecture,
    'independent',
    initialise(architecture, 1),
    initialise(architecture, 2),
  );
  const a = initialise(architecture, 1);
  await measure(architecture, 'noisy copy', a, noisyCopy(architecture, a));
}
if (only.length === 0 || only.includes('MLP 3×512')) {
  const { train } = loadMnist();
  const trained = (seed: number) =>
    trainMlp({
      widths: [784, 512, 512, 512, 10],
      train,
      seed,
      epochs: 2,
      batchSize: 250,
      learningRate: 4e-3,
    });
  await measure(mlp(512), 'trained', await trained(1), await trained(2));
}
python?.stop();
rmSync(folder, { recursive: true });

/** Times the three on one pair, and disposes it. */
async function measure(
  { name, spec }: Architecture,
  pair: string,
  a: Params,
  b: Params,
): Promise<void> {
  const runs = { ours: [] as number[], plain: [] as number[], numpy: [] as number[] };
  const found = new Set<string>();
  let sweeps = 0;
  if (python) {
    await writeSafetensors(join(folder, 'a.safetensors'), a, { overwrite: true });
    await writeSafetensors(join(folder, 'b.safetensors'), b, { overwrite: true });
    await python.ask(`load ${JSON.stringify(axisGroups(spec, a))}`);
  }
  const match = async (incremental: boolean, into: number[]) => {
    const start = performance.now();
    const result = await weightMatch(spec, a, b, { order: 'forward', incremental });
    into.push((performance.now() - start) / 1000);
    sweeps = result.sweeps;
    found.add(JSON.stringify(Object.values(result.permutations).map((p) => Array.from(p))));
  };
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    await match(true, runs.ours);
    await match(false, runs.plain);
    if (python) {
      const [seconds, permutations] = JSON.parse(await python.ask('match'));
      runs.numpy.push(seconds);
      found.add(JSON.stringify(permutations));
    }
  }
  const ratio = (other: number[]) => spread(other.map((seconds, i) => runs.ours[i] / seconds));
  console.log(
    row(
      widths,
      name,
      pair,
      `${sweeps}`,
      quantile(runs.ours, 0.5).toFixed(2),
      ratio(runs.plain),
      ratio(runs.numpy),
      found.size === 1 ? 'yes' : 'NO',
    ),
  );
  tf.dispose([a, b]);
}

/** For each trainable parameter the group on each of its axes, or null. */
function axisGroups(spec: PermutationSpec, params: Params): Record<string, (string | null)[]> {
  const names = Object.keys(spec.params).filter((name) => name in params && !/moving_/.test(name));
  return Object.fromEntries(
    names.map((name) => [
      name,
      spec.params[name].axes.map((axis) => {
        // The flattened convolution of these networks has one position.
        const [leaf] = axis.kind === 'product' ? axis.factors.slice(1) : [axis];
        return leaf.kind === 'group' ? leaf.group : null;
      }),
    ]),
  );
}

/** Weights with variance 1 / fan-in, scales near 1. */
function initialise({ spec, width, fixed }: Architecture, seed: number): Params {
  return Object.fromEntries(
    Object.entries(spec.params)
      .filter(([name]) => !/conv\d?\/bias$/.test(name))
      .map(([name, { axes }], i) => {
        const shape = axes.map((axis, at) => {
          if (axis.kind === 'fixed') return fixed(name, at);
          const leaf = axis.kind === 'product' ? axis.factors[1] : axis;
          return leaf.kind === 'group' ? width(leaf.group) : 1;
        });
        const fanIn = shape.slice(0, -1).reduce((product, n) => product * n, 1);
        const mean = /gamma|variance/.test(name) ? 1 : 0;
        return [
          name,
          tf.randomNormal(
            shape,
            mean,
            1 / Math.sqrt(fanIn) / (mean + 1),
            'float32',
            1000 * seed + i,
          ),
        ];
      }),
  );
}

/** A with its units in a random order, plus noise of half of each weight's scale. */
function noisyCopy(architecture: Architecture, a: Params): Params {
  return tf.tidy(() => {
    const { spec } = architecture;
    const moved = permute(spec, a, randomPermutations(spec, a, { seed: 3 }));
    const noise = initialise(architecture, 4);
    return Object.fromEntries(
      Object.entries(moved).map(([name, x]) => [
        name,
        /gamma|variance/.test(name) ? x : tf.add(x, tf.mul(noise[name], 0.5)),
      ]),
    );
  });
}
