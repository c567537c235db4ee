import * as tf from '@tensorflow/tfjs-core';
import {
  type AssignmentSolver,
  activationMatch,
  matchMany,
  mlpSpec,
  type Params,
  shortestAugmentingPath,
  weightMatch,
} from 'perm-lmc';
import { describe, expect, it, vi } from 'vitest';
import { backends, canRun, start } from '../support/platform/backends';
import { randomTensor } from '../support/randomTensor';

const spec = mlpSpec(3);
const [inputs, h1, h2, classes] = [7, 12, 9, 5];
const network = (seed: number): Params => ({
  'dense1/kernel': randomTensor([inputs, h1], seed),
  'dense1/bias': randomTensor([h1], seed + 1),
  'dense2/kernel': randomTensor([h1, h2], seed + 2),
  'dense2/bias': randomTensor([h2], seed + 3),
  'dense3/kernel': randomTensor([h2, classes], seed + 4),
  'dense3/bias': randomTensor([classes], seed + 5),
});
const values = inputs * h1 + h1 + h1 * h2 + h2 + h2 * classes + classes;
/** The sums over the last axis, by which S is computed: one for each row of the parameters. */
const lines = inputs + 1 + h1 + 1 + h2 + 1;

/** The sizes of the tensors that are read while a function runs, and the sizes of the problems that are solved. */
async function watched(work: (solver: AssignmentSolver) => Promise<unknown>) {
  const reads: number[] = [];
  const solves: number[] = [];
  const backend = tf.backend();
  const read = backend.read.bind(backend);
  const spy = vi.spyOn(backend, 'read').mockImplementation((id) => {
    const { shape } = tf.engine().state.tensorInfo.get(id) as unknown as { shape: number[] };
    reads.push(tf.util.sizeFromShape(shape));
    return read(id);
  });
  try {
    await work((similarity, n) => {
      solves.push(n * n);
      return shortestAugmentingPath(similarity, n);
    });
  } finally {
    spy.mockRestore();
  }
  return { reads, solves };
}

const total = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);
const isMatrix = (size: number) => size === h1 * h1 || size === h2 * h2;

describe.each(backends)('on the %s backend', (name) => {
  const test = it.skipIf(!canRun(name));

  test.each([
    // The last gram of each of the two groups gives S alone.
    ['frankWolfe', 2],
    ['coordinateDescent', 0],
  ] as const)(
    'a solve of weightMatch reads one matrix, and all else is the networks once and sums: %s',
    async (method, more) => {
      await start(name);
      const [a, b] = [network(1), network(11)];
      const { reads, solves } = await watched((solver) =>
        weightMatch(spec, a, b, { engine: 'backend', solver, start: 'identity', method }),
      );
      expect(solves.length).toBeGreaterThan(2);
      expect(reads.filter(isMatrix)).toHaveLength(solves.length + more);
      const others = reads.filter((size) => !isMatrix(size));
      expect(total(others)).toBeLessThanOrEqual(2 * values + 8 * lines);
    },
  );

  test('a solve of matchMany reads one matrix, and sums', async () => {
    await start(name);
    const networks = [network(1), network(11), network(21)];
    const { reads, solves } = await watched((solver) =>
      matchMany(spec, networks, { engine: 'backend', solver, start: 'identity' } as never),
    );
    expect(reads.filter(isMatrix)).toHaveLength(solves.length);
    for (const size of reads.filter((each) => !isMatrix(each)))
      expect(size).toBeLessThanOrEqual(4 * lines);
  });

  test('activationMatch reads one matrix and two sums for each unit, batch by batch', async () => {
    await start(name);
    const [a, b] = [network(1), network(11)];
    const x = randomTensor([30, inputs], 31);
    const { reads, solves } = await watched((solver) =>
      activationMatch(spec, a, b, {
        engine: 'backend',
        solver,
        inputs: x,
        activations: (params: Params, input: tf.Tensor) => {
          const h = tf.relu(tf.matMul(input as tf.Tensor2D, params['dense1/kernel']));
          return { h1: h, h2: tf.matMul(h as tf.Tensor2D, params['dense2/kernel']) };
        },
      } as never),
    );
    expect(reads.filter(isMatrix)).toHaveLength(solves.length);
    expect(total(reads)).toBeLessThanOrEqual(total(solves) + 4 * (h1 + h2) + 2 * values);
  });
});
