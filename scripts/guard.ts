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
import { type Contest, type GuardedRatio, holds } from '../benchmarks/support/guardedRatio';
import { initialise, mlp } from '../benchmarks/support/networks';
import { sortPlainRows, sortRows } from '../src/matching/weights/signatures/sortRows';
import { kinds, numbers } from '../test/support/assignmentProblems';

const ratios: readonly GuardedRatio[] = [
  {
    name: 'assignment, WebAssembly / plain, independent units',
    limit: 0.3,
    prepare: () => assignment('gram, independent', Float32Array),
  },
  {
    name: 'assignment, WebAssembly / plain, noisy copy',
    limit: 0.3,
    prepare: () => assignment('gram, noisy copy', Float32Array),
  },
  {
    name: 'assignment, TypeScript / plain, independent units',
    limit: 0.8,
    prepare: () => assignment('gram, independent', Float64Array),
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
    name: 'barrier, first layer shared / not shared',
    limit: 0.95,
    prepare: sharedFirstLayer,
  },
];

await tf.setBackend('wasm');
const beyond: GuardedRatio[] = [];
for (const ratio of ratios) if (!(await holds(ratio, console.log))) beyond.push(ratio);
for (const { name, limit } of beyond)
  console.error(`guard: '${name}' is beyond its limit ${limit}`);
process.exitCode = beyond.length > 0 ? 1 : 0;

/** The default solver, which is WebAssembly on float32 and TypeScript on float64, against the plain one. */
async function assignment(
  kind: keyof typeof kinds,
  numeric: typeof Float32Array | typeof Float64Array,
): Promise<Contest> {
  const n = 512;
  const similarity = numeric.from(kinds[kind](n, n, numbers(n)));
  return {
    ours: async () => solveAssignment(similarity, n),
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
  const linear = (params: Params, x: tf.Tensor) => layer(params, 'dense1', x);
  const rest = (params: Params, h: tf.Tensor) => layer(params, 'dense2', tf.relu(h));
  const shared = classificationEvaluator({ linear, rest }, data);
  const whole = classificationEvaluator((params, x) => rest(params, linear(params, x)), data);
  return {
    ours: () => barrier(a, b, shared, { points: 11 }),
    other: () => barrier(a, b, whole, { points: 11 }),
    cleanup: () => tf.dispose([a, b, data.x, data.y]),
  };
}
