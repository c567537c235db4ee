/**
 * The share of the kernel's own rate that a first sweep of coordinate descent reaches, on one thread and the wasm
 * backend. The sweep starts from random permutations, as that of independent networks does, with nothing kept from
 * earlier sweeps. Its rate is the multiplications and additions of the grams that it needs, 2·n² times the length of
 * the rows of each place, over its time, with the assignments and all else that a step does. The kernel's own rate is
 * that of `multiply` on packed panels of the widest group. Both are measured in turn; medians.
 *
 *     npm run bench kernelShare [-- '784-1024-1024-10' 'VGG-16' …]
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { randomPermutations } from 'perm-lmc';
import { solveAssignment } from '../src/assignment';
import { packedProducts } from '../src/matching/products/packedProducts';
import { panelWorkspace, workspaceSize } from '../src/matching/products/panelWorkspace';
import { appearancesOf } from '../src/matching/weights/appearancesOf';
import {
  type DescentSetting,
  descentState,
  descentStep,
} from '../src/matching/weights/descentState';
import { matchGrams } from '../src/matching/weights/runMatch';
import { linearTerms } from '../src/matching/weights/similarityKernel';
import { tensorNetworks } from '../src/matching/weights/tensorNetworks';
import { machine } from './support/machine';
import { type Architecture, initialise, mlp, resnet20, vgg16 } from './support/networks';
import { quantile, row } from './support/table';

/** The depth of the panels, as the products use them. */
const DEPTH = 256;
const REPEATS = 5;
/** A sweep that takes longer is repeated once. */
const LONG_SECONDS = 5;

const plain = (n: number): Architecture => ({ ...mlp(2, n), name: `784-${n}-${n}-10` });
const architectures = [...[256, 512, 1024, 2048, 4096].map(plain), resnet20(4), vgg16];
const only = process.argv.slice(2);
const columns = [20, 12, 12, 18, 16, 8];

await tf.setBackend('wasm');
console.log(machine());
console.log(
  row(columns, 'network', 'GFLOP', 'sweep, s', 'sweep, GFLOP/s', 'kernel, GFLOP/s', 'share'),
);
for (const architecture of architectures) {
  if (only.length === 0 || only.includes(architecture.name)) await measure(architecture);
}

/** Times first sweeps and the kernel alone, in turn, and prints the row. */
async function measure(architecture: Architecture): Promise<void> {
  const { spec } = architecture;
  const [a, b] = [initialise(architecture, 1), initialise(architecture, 2)];
  const include = (name: string) => !/moving_/.test(name);
  const networks = tensorNetworks(spec, a, b, { include, engine: 'packed', threads: undefined });
  const { weights, names, resolved } = networks;
  const { groups } = resolved;
  const terms = linearTerms(names, resolved.places);
  const work = groups.reduce((sum, { name }) => sum + gramFlop(name), 0);
  const widest = Math.max(...groups.map(({ size }) => size));
  const initial = randomPermutations(spec, a, { seed: 1 });
  for (const name of names)
    await Promise.all([weights.values('a', name), weights.values('b', name)]);

  const [sweeps, kernel]: number[][] = [[], []];
  await sweep(); // a warm-up
  for (let repeat = 0; repeat < REPEATS && !(sweeps[0] > LONG_SECONDS); repeat++) {
    kernel.push(kernelRate(widest));
    sweeps.push(await sweep());
  }
  const [seconds, rate] = [quantile(sweeps, 0.5), quantile(kernel, 0.5)];
  const own = work / 1e9 / seconds;
  const cells = [work / 1e9, seconds, own, rate, own / rate].map((each) => each.toPrecision(3));
  console.log(row(columns, architecture.name, ...cells));
  networks.dispose();
  tf.dispose([a, b]);

  function gramFlop(group: string): number {
    return appearancesOf(terms, group).reduce((sum, { term: { param }, place }) => {
      const shape = weights.shape(param);
      const length = (place.copies * shape.reduce((n, size) => n * size, 1)) / shape[place.axis];
      return sum + 2 * place.units ** 2 * length;
    }, 0);
  }

  async function sweep(): Promise<number> {
    const target = packedProducts(weights, terms);
    const grams = matchGrams(
      target,
      groups.map(({ name }) => name),
      true,
    );
    const yieldPoint = async () => {};
    const setting: DescentSetting = { target, grams, groups, solver: solveAssignment, yieldPoint };
    const state = descentState(setting, initial);
    const start = performance.now();
    for (const { name } of groups) await descentStep(setting, state, name);
    const seconds = (performance.now() - start) / 1000;
    grams.dispose();
    return seconds;
  }
}

/** The rate of products of packed panels, [n × DEPTH] each, in GFLOP/s. */
function kernelRate(n: number): number {
  const { left, right, sums, multiply } = panelWorkspace(workspaceSize(n, n, DEPTH));
  left.fill(0.5);
  right.fill(0.5);
  sums.fill(0);
  const products = Math.max(1, Math.round(2e9 / (2 * n * n * DEPTH)));
  const start = performance.now();
  for (let product = 0; product < products; product++) multiply(DEPTH);
  return (products * 2 * n * n * DEPTH) / 1e6 / (performance.now() - start);
}
