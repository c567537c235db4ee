/**
 * Times weight matching on the wasm backend: coordinate descent in forward order from the identity, alone and with two
 * threads, against the plain loop (`incremental: false`) and, where Python has NumPy and scipy, against
 * the same algorithm written in NumPy (on as many threads as its BLAS takes): the same networks,
 * interleaved in one run. The start and the method that are the default cost more and find more. Prints medians and
 * ratios with quartiles. The trained networks are MLPs, the only ones that the quickstart's code trains. All rows take
 * about half an hour.
 *
 *     npm run bench weightMatching [-- 'MLP 3×512' 'VGG-16' …]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { type Params, type PermutationSpec, type WeightMatchOptions, weightMatch } from 'perm-lmc';
import { startThreads, writeSafetensors } from 'perm-lmc/node';
import { loadMnist } from '../examples/support/mnist';
import { trainMlp } from '../examples/support/trainMlp';
import { machine } from './support/machine';
import { type Architecture, initialise, mlp, noisyCopy, resnet20, vgg16 } from './support/networks';
import { startPython } from './support/python';
import { quantile, row, spread } from './support/table';

const REPEATS = 3;
/** A first run that took less is discarded as a warm-up; one that took more counts. */
const CHEAP_SECONDS = 10;
/** A matcher that takes longer runs once. */
const LONG_SECONDS = 60;

type Contestant = 'default' | 'threads' | 'plain' | 'NumPy';

/** Seconds of every run of the four matchers, the default's sweeps, and the permutations that each found. */
interface Runs {
  readonly ours: number[];
  readonly threaded: number[];
  readonly plain: number[];
  readonly numpy: number[];
  readonly found: Record<Contestant, Set<string>>;
  sweeps: number;
}

/** The algorithm of the reference, which is not the default: no start from signatures, and no Frank–Wolfe. */
const descent = { order: 'forward', start: 'identity', method: 'coordinateDescent' } as const;

const architectures = [mlp(3, 512), mlp(3, 1024), mlp(3, 2048), resnet20(1), resnet20(4), vgg16];
const trainings = [
  { architecture: mlp(3, 512), widths: [784, 512, 512, 512, 10], epochs: 2 },
  { architecture: mlp(3, 1024), widths: [784, 1024, 1024, 1024, 10], epochs: 1 },
];
const only = process.argv.slice(2);
const isChosen = ({ name }: Architecture) => only.length === 0 || only.includes(name);

await tf.setBackend('wasm');
const folder = mkdtempSync(join(tmpdir(), 'perm-lmc-bench-'));
const threads = await startThreads({ count: 2 });
const python = await startPython('weightMatching.py', [folder]);
console.log(machine(python?.version ?? 'no NumPy'));
console.log('a ratio below 1 means that the former is faster; median (quartiles)\n');
const columns = [14, 14, 8, 11, 20, 20, 22, 20];
console.log(
  row(
    columns,
    'network',
    'pair',
    'sweeps',
    'descent, s',
    'descent / plain',
    'descent / NumPy',
    '2 threads / NumPy',
    'same permutations',
  ),
);

for (const small of [mlp(3, 64), resnet20(1)]) {
  await timePair(small, initialise(small, 1), initialise(small, 2));
}
for (const architecture of architectures.filter(isChosen)) {
  const a = initialise(architecture, 1);
  await measure(architecture, 'independent', a, initialise(architecture, 2));
  const again = initialise(architecture, 1);
  await measure(architecture, 'noisy copy', again, noisyCopy(architecture, again));
}
for (const { architecture, widths, epochs } of trainings) {
  if (!isChosen(architecture)) continue;
  const { train } = loadMnist();
  const trained = (seed: number) => trainMlp({ widths, train, seed, epochs });
  await measure(architecture, 'trained', await trained(1), await trained(2));
}
python?.stop();
await threads.close();
rmSync(folder, { recursive: true });

/** Times the four matchers on one pair and prints the row. */
async function measure(
  architecture: Architecture,
  pair: string,
  a: Params,
  b: Params,
): Promise<void> {
  const { ours, threaded, plain, numpy, found, sweeps } = await timePair(architecture, a, b);
  const ratio = (times: number[], other: number[]) =>
    spread(other.map((seconds, i) => times[i] / seconds));
  console.log(
    row(
      columns,
      architecture.name,
      pair,
      `${sweeps}`,
      quantile(ours, 0.5).toFixed(2),
      ratio(ours, plain),
      ratio(ours, numpy),
      ratio(threaded, numpy),
      samePermutations(found),
    ),
  );
}

/** 'yes' if all matchers found the same; else those that differ from the default's first run. */
function samePermutations(found: Runs['found']): string {
  const [first] = found.default;
  const differing = Object.entries(found)
    .filter(([, each]) => [...each].some((permutations) => permutations !== first))
    .map(([name]) => name);
  return differing.length === 0 ? 'yes' : `not ${differing.join(', ')}`;
}

/** Runs the four matchers in turn, slow ones fewer times, and disposes the pair. */
async function timePair({ spec }: Architecture, a: Params, b: Params): Promise<Runs> {
  const found = {
    default: new Set<string>(),
    threads: new Set<string>(),
    plain: new Set<string>(),
    NumPy: new Set<string>(),
  };
  const runs: Runs = { ours: [], threaded: [], plain: [], numpy: [], found, sweeps: 0 };
  await loadIntoPython(spec, a, b);
  const contestants = [
    { seconds: runs.ours, run: () => runOurs('default', runs, spec, a, b, {}) },
    { seconds: runs.threaded, run: () => runOurs('threads', runs, spec, a, b, { threads }) },
    { seconds: runs.plain, run: () => runOurs('plain', runs, spec, a, b, { incremental: false }) },
    ...(python ? [{ seconds: runs.numpy, run: () => runNumpy(runs) }] : []),
  ];
  for (let round = 0; round < REPEATS; round++) {
    for (const { seconds, run } of contestants) {
      if (seconds[0] > LONG_SECONDS) continue;
      const first = await run();
      seconds.push(round === 0 && first < CHEAP_SECONDS ? await run() : first);
    }
  }
  tf.dispose([a, b]);
  return runs;
}

async function loadIntoPython(spec: PermutationSpec, a: Params, b: Params): Promise<void> {
  if (!python) return;
  await writeSafetensors(join(folder, 'a.safetensors'), a, { overwrite: true });
  await writeSafetensors(join(folder, 'b.safetensors'), b, { overwrite: true });
  await python.ask(`load ${JSON.stringify(axisGroups(spec, a))}`);
}

async function runOurs(
  contestant: Contestant,
  runs: Runs,
  spec: PermutationSpec,
  a: Params,
  b: Params,
  options: WeightMatchOptions,
): Promise<number> {
  const start = performance.now();
  const { permutations, sweeps } = await weightMatch(spec, a, b, { ...descent, ...options });
  const seconds = (performance.now() - start) / 1000;
  if (contestant === 'default') runs.sweeps = sweeps;
  runs.found[contestant].add(JSON.stringify(Object.values(permutations).map((p) => Array.from(p))));
  return seconds;
}

async function runNumpy(runs: Runs): Promise<number> {
  const [seconds, permutations] = JSON.parse(await python!.ask('match'));
  runs.found.NumPy.add(JSON.stringify(permutations));
  return seconds;
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
