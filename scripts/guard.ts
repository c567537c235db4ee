/**
 * Fails where something has become slow. It compares times inside one run, never seconds, so that it gives
 * the same result on every machine: each ratio below must stay within its limit. It takes less than half a
 * minute and ends with status 1 where a ratio is above its limit three times in a row. To guard another
 * ratio, add it to the list.
 *
 *     npm run guard
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import {
  barrier,
  classificationEvaluator,
  type Params,
  shortestAugmentingPath,
  solveAssignment,
  type WeightMatchOptions,
  weightMatch,
} from 'perm-lmc';
import { startThreads } from 'perm-lmc/node';
import { firstSweep } from '../benchmarks/support/firstSweep';
import { type Contest, type GuardedRatio, holds } from '../benchmarks/support/guardedRatio';
import { initialise, mlp } from '../benchmarks/support/networks';
import { augmentOnCandidates } from '../src/assignment/augmentOnCandidates';
import { sortPlainRows, sortRows } from '../src/matching/weights/signatures/sortRows';
import { kinds, numbers } from '../test/support/assignmentProblems';

const ratios: readonly GuardedRatio[] = [
  {
    name: 'assignment, float32 / plain, independent units',
    limit: 0.3,
    prepare: () => assignment('gram, independent', Float32Array),
  },
  {
    name: 'assignment, float32 / plain, noisy copy',
    limit: 0.3,
    prepare: () => assignment('gram, noisy copy', Float32Array),
  },
  {
    name: 'assignment, float64 / plain, independent units',
    limit: 0.3,
    prepare: () => assignment('gram, independent', Float64Array),
  },
  {
    name: 'assignment, float64 / plain, constant rows and columns',
    limit: 0.6,
    prepare: () => assignment('constant rows and columns', Float64Array),
  },
  {
    name: 'assignment, float64 / float32, independent units',
    limit: 2,
    prepare: bothTypes,
  },
  {
    name: 'assignment, TypeScript / plain, independent units',
    limit: 0.8,
    prepare: inTypeScript,
  },
  {
    name: 'weightMatch, incremental / plain, independent MLPs',
    limit: 0.95,
    prepare: () => matching({}, { incremental: false }),
  },
  {
    name: 'weightMatch, our products / those of tfjs-wasm, independent MLPs',
    limit: 0.8,
    prepare: () => matching({ engine: 'packed' }, { engine: 'backend' }),
  },
  {
    name: 'signatures, sorted in WebAssembly / in TypeScript',
    limit: 0.5,
    prepare: sortedSignatures,
  },
  {
    name: 'first sweep of 784-1024-1024-10 / its products by the kernel alone',
    limit: 2,
    prepare: firstSweepByKernel,
  },
  {
    name: 'weightMatch, four runs, two threads / none',
    limit: 0.9,
    prepare: onTwoThreads,
  },
  {
    name: 'barrier, first layer shared / not shared',
    limit: 0.95,
    prepare: sharedFirstLayer,
  },
  {
    name: 'evaluation, weights transposed by the products / not',
    limit: 2,
    prepare: transposedWeights,
  },
];

await tf.setBackend('wasm');
const beyond: GuardedRatio[] = [];
for (const ratio of ratios) if (!(await holds(ratio, console.log))) beyond.push(ratio);
for (const { name, limit } of beyond)
  console.error(`guard: '${name}' is beyond its limit ${limit}`);
process.exitCode = beyond.length > 0 ? 1 : 0;

/** The default solver, in WebAssembly, against the plain one. */
async function assignment(
  kind: keyof typeof kinds,
  array: typeof Float32Array | typeof Float64Array,
): Promise<Contest> {
  const n = 512;
  const similarity = array.from(kinds[kind](n, n, numbers(n)));
  return {
    ours: async () => solveAssignment(similarity, n),
    other: async () => shortestAugmentingPath(similarity, n),
  };
}

/** The default solver on float64 against itself on float32. */
async function bothTypes(): Promise<Contest> {
  const n = 512;
  const similarity = kinds['gram, independent'](n, n, numbers(n));
  const narrow = Float32Array.from(similarity);
  return {
    ours: async () => solveAssignment(similarity, n),
    other: async () => solveAssignment(narrow, n),
  };
}

/** The default solver as it is without WebAssembly against the plain one. */
async function inTypeScript(): Promise<Contest> {
  const n = 512;
  const similarity = kinds['gram, independent'](n, n, numbers(n));
  return {
    ours: async () => augmentOnCandidates(similarity, n, new Float64Array(n), true),
    other: async () => shortestAugmentingPath(similarity, n),
  };
}

/** Two ways to match two independent networks. */
async function matching(ours: WeightMatchOptions, other: WeightMatchOptions): Promise<Contest> {
  const architecture = mlp(3, 256);
  const [a, b] = [initialise(architecture, 1), initialise(architecture, 2)];
  const match = (options: WeightMatchOptions) =>
    weightMatch(architecture.spec, a, b, { order: 'forward', ...options });
  return {
    ours: () => match(ours),
    other: () => match(other),
    cleanup: () => tf.dispose([a, b]),
  };
}

/** Rows of 512 values and of convolutions with 64 channels. */
async function sortedSignatures(): Promise<Contest> {
  const random = numbers(1);
  const rows = Float32Array.from({ length: 256 * 576 }, () => random());
  const stretches = [512, 64].map((size) =>
    Int32Array.from({ length: Math.floor(576 / size) }, (_, s) => (s + 1) * size),
  );
  const sorted = (sort: typeof sortRows) => async () => {
    for (const ends of stretches) {
      const length = ends[ends.length - 1];
      sort(rows.slice(0, 256 * length), length, ends);
    }
  };
  return { ours: sorted(sortRows), other: sorted(sortPlainRows) };
}

/** A first sweep, and as many multiplications by the kernel alone. */
async function firstSweepByKernel(): Promise<Contest> {
  const { gflop, sweep, multiply, dispose } = await firstSweep(mlp(2, 1024));
  return { ours: sweep, other: async () => multiply(gflop), cleanup: dispose };
}

/** Four runs of a match side by side. */
async function onTwoThreads(): Promise<Contest> {
  const threads = await startThreads({ count: 2 });
  const { cleanup, ...contest } = await matching({ restarts: 4, threads }, { restarts: 4 });
  return {
    ...contest,
    async cleanup() {
      cleanup?.();
      await threads.close();
    },
  };
}

/** A network whose first layer is most of its work. */
async function sharedFirstLayer(): Promise<Contest> {
  const architecture = mlp(1, 256);
  const [a, b] = [initialise(architecture, 1), initialise(architecture, 2)];
  const data = { x: tf.randomNormal([500, 784]), y: tf.zeros([500], 'int32') };
  const layer = (params: Params, name: string, x: tf.Tensor) =>
    tf.add(
      tf.matMul(x as tf.Tensor2D, params[`${name}/kernel`] as tf.Tensor2D),
      params[`${name}/bias`],
    );
  const forward = (params: Params, x: tf.Tensor) =>
    layer(params, 'dense2', tf.relu(layer(params, 'dense1', x)));
  const shared = classificationEvaluator(forward, data);
  const whole = classificationEvaluator(forward, data, { sharedMemory: 0 });
  return {
    ours: () => barrier(a, b, shared, { points: 11 }),
    other: () => barrier(a, b, whole, { points: 11 }),
    cleanup: () => tf.dispose([a, b, data.x, data.y]),
  };
}

/** A network whose products transpose its weights, as one writes it for PyTorch's layout. */
async function transposedWeights(): Promise<Contest> {
  const [w, x] = [tf.randomNormal([512, 512]), tf.randomNormal([500, 512])] as tf.Tensor2D[];
  const turned = tf.transpose(w);
  const data = { x, y: tf.zeros([500], 'int32') };
  const evaluate = (transposes: boolean) =>
    classificationEvaluator(
      (params: Params, input: tf.Tensor) =>
        tf.matMul(input as tf.Tensor2D, params.w as tf.Tensor2D, false, transposes),
      data,
    );
  const [transposing, plain] = [evaluate(true), evaluate(false)];
  return {
    ours: () => transposing({ w: turned }),
    other: () => plain({ w }),
    cleanup: () => tf.dispose([w, x, turned, data.y]),
  };
}
