/**
 * Measures what `weightMatch` takes beside the products and the assignments, in networks of many small layers: their
 * products take microseconds, so that the bookkeeping of a step shows. Pairs of independent initialisations on the
 * wasm backend, groups in forward order. A step solves for one group. The table has the medians of several matches:
 *
 * - preparing: checks, the start of the run, and the bound;
 * - of the coordinate descent, by step: products of grams, inner products, assignments, and the rest;
 * - of a search, by round: the whole, and the same rest;
 * - the whole call by default, with Frank–Wolfe before the descent.
 *
 *     npm run bench smallLayers [-- 'MLP 64×64' …]
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { solveAssignment, weightMatch } from '../src';
import { ownThread } from '../src/matching/products/ownThread';
import { packedProducts } from '../src/matching/products/packedProducts';
import { type PreparedMatch, prepareMatch } from '../src/matching/weights/prepareMatch';
import { matchGrams, runMatch } from '../src/matching/weights/runMatch';
import { searchJob } from '../src/matching/weights/search/searchJob';
import { tensorNetworks } from '../src/matching/weights/tensorNetworks';
import { completeOptions } from '../src/matching/weights/weightMatchOptions';
import { createYieldPoint } from '../src/runtime';
import { machine } from './support/machine';
import { type Architecture, initialise, mlp, resnet20 } from './support/networks';
import { quantile, row } from './support/table';

const REPEATS = 3;
const WARM_UPS = 2;
const ROUNDS = 50;
const architectures = [resnet20(1), mlp(64, 64), mlp(300, 16)];
const columns = [14, 8, 12, 8, 10, 10, 10, 10, 12, 10, 10];

/** The parts of a match that are not bookkeeping. */
type Part = 'products' | 'innerProducts' | 'assignments';

/** Milliseconds of a match, and of its parts. */
interface Course {
  readonly steps: number;
  readonly preparing: number;
  readonly descent: number;
  readonly search: number;
  readonly call: number;
  readonly inDescent: Record<Part, number>;
  readonly inSearch: Record<Part, number>;
}

const only = process.argv.slice(2);
await tf.setBackend('wasm');
console.log(machine());
console.log('ms for what is done once, μs by step and by round\n');
console.log(
  row(
    columns,
    ...['network', 'steps', 'preparing', 'step', 'products', 'inner', 'assign', 'rest'],
    ...['search round', 'rest', 'call'],
  ),
);
for (const architecture of architectures) {
  if (only.length > 0 && !only.includes(architecture.name)) continue;
  const courses: Course[] = [];
  for (let repeat = -WARM_UPS; repeat < REPEATS; repeat++) {
    const course = await measure(architecture);
    if (repeat >= 0) courses.push(course);
  }
  printRow(architecture.name, courses);
}

function printRow(name: string, courses: readonly Course[]): void {
  const median = (of: (course: Course) => number, digits = 1) =>
    quantile(courses.map(of), 0.5).toFixed(digits);
  const byStep = (of: (course: Course) => number) =>
    median((course) => (1000 * of(course)) / course.steps);
  const byRound = (of: (course: Course) => number) =>
    median((course) => (1000 * of(course)) / ROUNDS, 0);
  console.log(
    row(
      columns,
      ...[name, `${courses[0].steps}`, median(({ preparing }) => preparing)],
      byStep(({ descent }) => descent),
      byStep(({ inDescent }) => inDescent.products),
      byStep(({ inDescent }) => inDescent.innerProducts),
      byStep(({ inDescent }) => inDescent.assignments),
      byStep(({ descent, inDescent }) => descent - sumOf(inDescent)),
      byRound(({ search }) => search),
      byRound(({ search, inSearch }) => search - sumOf(inSearch)),
      median(({ call }) => call),
    ),
  );
}

function sumOf({ products, innerProducts, assignments }: Record<Part, number>): number {
  return products + innerProducts + assignments;
}

async function measure(architecture: Architecture): Promise<Course> {
  const { spec } = architecture;
  const [a, b] = [initialise(architecture, 1), initialise(architecture, 2)];
  const settings = completeOptions({ order: 'forward', method: 'coordinateDescent' });
  const yieldPoint = createYieldPoint();
  let match: PreparedMatch | null = null;
  const preparing = await milliseconds(async () => {
    const networks = tensorNetworks(spec, a, b, settings);
    match = await prepareMatch(networks, { ...settings, yieldPoint });
  });
  const inCourse = await measureRun(match!);
  match!.networks.dispose();
  const call = await milliseconds(() => weightMatch(spec, a, b, { order: 'forward' }));
  tf.dispose([a, b]);
  return { ...inCourse, preparing, call };
}

/** The descent of a match, and some rounds of a search after it, on an engine whose parts are timed. */
async function measureRun({
  networks: { weights, resolved },
  terms,
  runs: [run],
}: PreparedMatch): Promise<Omit<Course, 'preparing' | 'call'>> {
  let parts = noTime();
  const timed =
    <Arguments extends unknown[], Result>(part: Part, work: (...args: Arguments) => Result) =>
    (...args: Arguments): Result => {
      const start = performance.now();
      const result = work(...args);
      parts[part] += performance.now() - start;
      return result;
    };
  const work = { ...ownThread, addProducts: timed('products', ownThread.addProducts) };
  const products = packedProducts(weights, terms, work);
  const { innerProducts } = products;
  const target = {
    ...products,
    async innerProducts(...args: Parameters<typeof innerProducts>) {
      const start = performance.now();
      const results = await innerProducts(...args);
      parts.innerProducts += performance.now() - start;
      return results;
    },
  };
  const { groups } = resolved;
  const names = groups.map(({ name }) => name);
  const engine = { weights, products: target, grams: matchGrams(target, names, true) };
  const solver = timed('assignments', solveAssignment);
  const own = { solver, yieldPoint: createYieldPoint() };
  let steps = 0;
  const start = performance.now();
  const found = await runMatch(engine, run, { ...own, onStep: () => steps++ });
  const descent = performance.now() - start;
  const inDescent = parts;
  parts = noTime();
  const job = { seed: 0, stream: 0, rounds: ROUNDS, until: null, stop: null };
  const search = await milliseconds(() =>
    searchJob(engine, { ...job, groups, start: found }, own, () => {}),
  );
  engine.grams.dispose();
  return { steps, descent, search, inDescent, inSearch: parts };
}

function noTime(): Record<Part, number> {
  return { products: 0, innerProducts: 0, assignments: 0 };
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
