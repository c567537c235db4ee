import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import {
  activationManyMatcher,
  activationMatch,
  activationMatcher,
  activationMatchMany,
  applyMask,
  barrier,
  classificationEvaluator,
  fold,
  geometric,
  InvalidInputError,
  identityPermutations,
  iterativeMagnitudePruning,
  lossPlane,
  magnitudeMask,
  manyMatcher,
  matchMany,
  matchSequence,
  mergeMany,
  type NetworkSource,
  otFusion,
  type Params,
  partialMatch,
  permutationEntropy,
  permutationSpec,
  regressionEvaluator,
  repair,
  repairFolded,
  resetBatchNorm,
  simplexBarrier,
  simultaneousConnectivity,
  sinkhornMatch,
  sinkhornMatcher,
  straightThroughManyMatcher,
  straightThroughMatch,
  straightThroughMatcher,
  straightThroughMatchMany,
  strongConnectivity,
  traceSpec,
  valueAndGradients,
  verifySpec,
  weakConnectivity,
  weightMatch,
  weightMatcher,
  zip,
} from 'perm-lmc';
import {
  inspectCheckpoint,
  matchManyFiles,
  mergeFiles,
  permuteFile,
  readCheckpoint,
  transportFiles,
  weightMatchFiles,
  writeSafetensors,
} from 'perm-lmc/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { declared } from '../support/declaredOptions';
import { expectNoLeak } from '../support/invariants';
import { randomInput } from '../support/networks';
import { mlp, network, spec } from '../support/planted';

await useBackend('cpu');

const [a, b, c] = [1, 2, 3].map(network);
const x = randomInput(mlp, 16, 4);
const { forward } = mlp;
const evaluate = async () => ({ loss: 1 });
const same = identityPermutations(spec, a);
const match = weightMatcher(spec);
const roled = permutationSpec({ in: '_ h1>', mid: '>h1 h2>', out: '>h2 _' });
const narrow = { in: tf.ones([3, 4]), mid: tf.ones([4, 4]), out: tf.ones([4, 2]) };
const labelled = { x, y: tf.zeros([16, 4]) };
const data = { forward, inputs: [x, x, x] };
const learning = { forward, data: labelled, batchSize: 4, steps: 3 };
const claim = { spec, match, evaluate, tolerance: 1 };
const roles = permutationSpec({
  ...{ 'dense1/kernel': '_ h1>', 'dense1/bias': 'h1>', 'dense2/kernel': '>h1 h2>' },
  ...{ 'dense2/bias': 'h2>', 'dense3/kernel': '>h2 _', 'dense3/bias': '_' },
});
/** What `fold` returns if it folds no group of `a`. */
const unfolded = { params: a, spec: roles, clusters: {}, weights: {} };
const pruning = { train, rewind: a, schedule: geometric(0.2), levels: 2 };

async function train(params: Params): Promise<Params> {
  return tf.tidy(() =>
    Object.fromEntries(Object.entries(params).map(([name, tensor]) => [name, tf.clone(tensor)])),
  );
}

/** A network with two batch normalisations, one after the other. */
const norms = Object.fromEntries(
  ['mean1', 'variance1', 'mean2', 'variance2'].map((name) => [name, tf.ones([1])]),
);
const normForward = (params: Params, input: tf.Tensor) => {
  const [mean1, variance1, mean2, variance2] = Object.values(params) as tf.Tensor1D[];
  return tf.batchNorm(tf.relu(tf.batchNorm(input, mean1, variance1)), mean2, variance2);
};
const column = tf.tensor2d([[1], [2], [6]]);

/** The levels of pruning, which are disposed. */
async function prune(options: Options): Promise<void> {
  for await (const { mask, params } of iterativeMagnitudePruning({ ...pruning, ...options })) {
    tf.dispose([mask, params]);
  }
}

let folder: string;
const inFolder = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'perm-lmc-callbacks-'));
  for (const [name, params] of Object.entries({ a, b, c })) {
    await writeSafetensors(inFolder(name), params);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The options that all long work has, with callbacks for the steps of any. */
interface Options {
  readonly signal?: AbortSignal;
  readonly onProgress?: () => unknown;
}

/** All functions that report progress, on inputs that take several steps. */
const reporting: Record<string, (options: Options) => Promise<unknown>> = {
  activationManyMatcher: (options) =>
    activationManyMatcher(spec, { ...data, ...options })([a, b, c], {}),
  activationMatch: (options) => activationMatch(spec, a, b, { ...data, ...options }),
  activationMatchMany: (options) => activationMatchMany(spec, [a, b, c], { ...data, ...options }),
  activationMatcher: (options) => activationMatcher(spec, { ...data, ...options })(a, b, {}),
  barrier: (options) => barrier(a, b, evaluate, options),
  fold: (options) => fold(roled, narrow, { ratio: 0.5, ...options }),
  inspectCheckpoint: (options) => inspectCheckpoint(inFolder('a'), { values: true, ...options }),
  iterativeMagnitudePruning: prune,
  lossPlane: (options) => lossPlane(a, b, c, evaluate, options),
  manyMatcher: (options) => manyMatcher(spec, options)([a, b, c], {}),
  matchMany: (options) => matchMany(spec, [a, b, c], options),
  matchManyFiles: (options) => matchManyFiles(spec, ['a', 'b', 'c'].map(inFolder), options),
  matchSequence: (options) => matchSequence(spec, [a, b], [b, c], options),
  mergeFiles: (options) =>
    mergeFiles(spec, ['a', 'a'].map(inFolder), [same], inFolder('merged'), options),
  mergeMany: (options) => mergeMany(spec, [a, b, c], options),
  otFusion: (options) => otFusion(roled, narrow, narrow, options),
  partialMatch: (options) => partialMatch(spec, a, b, options),
  permutationEntropy: (options) => permutationEntropy(spec, a, b, options),
  permuteFile: (options) => permuteFile(spec, inFolder('a'), same, inFolder('permuted'), options),
  readCheckpoint: (options) => readCheckpoint(inFolder('a'), options),
  repair: (options) => repair(a, [b, c], { ...data, ...options }),
  repairFolded: (options) => repairFolded(roles, unfolded, a, { ...data, ...options }),
  resetBatchNorm: (options) =>
    resetBatchNorm(norms, { forward: normForward, inputs: column, ...options }),
  simplexBarrier: (options) => simplexBarrier([a, b, c], evaluate, options),
  simultaneousConnectivity: (options) =>
    simultaneousConnectivity([a, b], [b, c], { ...claim, ...options }),
  straightThroughManyMatcher: (options) =>
    straightThroughManyMatcher(spec, { ...learning, ...options })([a, b, c], {}),
  straightThroughMatch: (options) => straightThroughMatch(spec, a, b, { ...learning, ...options }),
  straightThroughMatcher: (options) =>
    straightThroughMatcher(spec, { ...learning, ...options })(a, b, {}),
  straightThroughMatchMany: (options) =>
    straightThroughMatchMany(spec, [a, b, c], { ...learning, ...options }),
  strongConnectivity: (options) => strongConnectivity([a, b, c], { ...claim, ...options }),
  sinkhornMatch: (options) => sinkhornMatch(spec, a, b, { ...learning, ...options }),
  sinkhornMatcher: (options) => sinkhornMatcher(spec, { steps: 3, ...options })(a, b, {}),
  transportFiles(options) {
    const paths = { base: inFolder('a'), tuned: inFolder('b'), target: inFolder('c') };
    return transportFiles(spec, paths, same, inFolder('moved'), options);
  },
  weakConnectivity: (options) => weakConnectivity([a, b], { ...claim, ...options }),
  weightMatch: (options) => weightMatch(spec, a, b, options),
  weightMatcher: (options) => weightMatcher(spec, options)(a, b, {}),
  weightMatchFiles: (options) => weightMatchFiles(spec, inFolder('a'), inFolder('b'), options),
  zip: (options) => zip(roles, [a, b], { ...data, ...options }),
};

const never = () => new Promise<never>(() => {});
const stuck = {
  async *[Symbol.asyncIterator]() {
    yield x;
    await never();
  },
};
const hungBatches = {
  async *[Symbol.asyncIterator]() {
    yield labelled;
    await never();
  },
};
const hung: NetworkSource = never;

/** All ways to wait for a function of the caller. */
const waiting: Record<string, (options: Options) => Promise<unknown>> = {
  'barrier for evaluate': (options) => barrier(a, b, never, options),
  'simplexBarrier for evaluate': (options) => simplexBarrier([a, b], never, options),
  'lossPlane for evaluate': (options) => lossPlane(a, b, c, never, options),
  'weightMatch for search.evaluate': (options) =>
    weightMatch(spec, a, b, { search: { rounds: 2, evaluate: never }, ...options }),
  'weakConnectivity for evaluate': (options) =>
    weakConnectivity([a, b], { ...claim, evaluate: never, ...options }),
  'weakConnectivity for match': (options) =>
    weakConnectivity([a, b], { ...claim, match: never, ...options }),
  'weakConnectivity for onCell': (options) =>
    weakConnectivity([a, b], { ...claim, onCell: never, ...options }),
  'weakConnectivity for a network': (options) =>
    weakConnectivity([a, hung], { ...claim, ...options }),
  'strongConnectivity for matchAll': (options) =>
    strongConnectivity([a, b, c], { ...claim, match: undefined, matchAll: never, ...options }),
  'simultaneousConnectivity for match': (options) =>
    simultaneousConnectivity([a], [b], { ...claim, match: never, ...options }),
  'simultaneousConnectivity for a network': (options) =>
    simultaneousConnectivity([hung], [b], { ...claim, ...options }),
  'iterativeMagnitudePruning for train': (options) => prune({ ...{ train: never }, ...options }),
  'iterativeMagnitudePruning for rewind': (options) => prune({ ...{ rewind: never }, ...options }),
  'matchMany for a network': (options) => matchMany(spec, [a, hung, b], options),
  'mergeMany for a network': (options) => mergeMany(spec, [a, hung], options),
  'activationMatch for a batch': (options) =>
    activationMatch(spec, a, b, { ...data, inputs: stuck, ...options }),
  'activationMatchMany for a batch': (options) =>
    activationMatchMany(spec, [a, b, c], { ...data, inputs: stuck, ...options }),
  'straightThroughMatch for a batch of an iterable': (options) =>
    straightThroughMatch(spec, a, b, { ...learning, data: hungBatches, ...options }),
  'straightThroughMatch for a batch of a function': (options) =>
    straightThroughMatch(spec, a, b, { ...learning, data: never, ...options }),

  'zip for a batch': (options) => zip(roles, [a, b], { ...data, inputs: stuck, ...options }),
  'sinkhornMatch for a batch': (options) =>
    sinkhornMatch(spec, a, b, { ...learning, data: never, ...options }),
  'repair for a batch': (options) => repair(a, [b, c], { ...data, inputs: stuck, ...options }),
  'repairFolded for a batch': (options) =>
    repairFolded(roles, unfolded, a, { ...data, inputs: stuck, ...options }),
  'mergeMany for a batch': (options) =>
    mergeMany(spec, [a, b], { repair: { ...data, inputs: stuck }, ...options }),
};

const later = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A network that comes after the abort. */
const late = async () => {
  await later(100);
  return train(a);
};

/** A batch that comes after the abort. */
const lateBatch = async () => {
  await later(100);
  return { x: tf.clone(x), y: tf.clone(labelled.y) };
};

/** Functions of the caller that go on after an abort, with new tensors or with those that they received. */
const goingOn: Record<string, (options: Options) => Promise<unknown>> = {
  'params of train': (options) => prune({ ...{ train: late }, ...options }),
  'params of rewind': (options) => prune({ ...{ rewind: late }, ...options }),
  'a network of matchMany': (options) => matchMany(spec, [a, late, b], options),
  'a network of mergeMany': (options) => mergeMany(spec, [a, late], options),
  'a network of weakConnectivity': (options) =>
    weakConnectivity([a, late], { ...claim, ...options }),
  'a batch of straightThroughMatch': (options) =>
    straightThroughMatch(spec, a, b, { ...learning, data: lateBatch, ...options }),
  'an evaluate that uses its params': (options) =>
    barrier(
      a,
      b,
      async (params) => {
        tf.dispose(await late());
        const [first] = Object.values(params);
        return { loss: tf.tidy(() => tf.sum(first).dataSync()[0]) };
      },
      options,
    ),
  'a train that uses its mask': (options) =>
    prune({
      ...{
        async train(params: Params, mask: Params) {
          tf.dispose(await late());
          return applyMask(params, mask);
        },
      },
      ...options,
    }),
};

/** All functions of the caller that must return a value, with one that returns a promise. */
const synchronous: Record<string, (rejecting: () => never) => unknown> = {
  'forward of classificationEvaluator': (forward) => classificationEvaluator(forward, labelled)(a),
  'linear of classificationEvaluator': (linear) =>
    classificationEvaluator({ linear, rest: (_, h) => h }, labelled)(a),
  'forward of regressionEvaluator': (forward) => regressionEvaluator(forward, labelled)(a),
  'make of point.shared': (make) =>
    barrier(a, b, async (_, point) => ({ loss: point!.shared('x', make).size })),
  'forward of activationMatch': (forward) => activationMatch(spec, a, b, { forward, inputs: x }),
  'activations of activationMatch': (activations) =>
    activationMatch(spec, a, b, { activations, inputs: x }),
  'forward of repair': (forward) => repair(a, [b, c], { forward, inputs: x }),
  'forward of repairFolded': (forward) => repairFolded(roles, unfolded, a, { forward, inputs: x }),
  'forward of straightThroughMatch': (forward) =>
    straightThroughMatch(spec, a, b, { ...learning, forward }),
  'loss of straightThroughMatch': (loss) => straightThroughMatch(spec, a, b, { ...learning, loss }),

  'forward of zip': (forward) => zip(roles, [a, b], { forward, inputs: x }),
  'forward of traceSpec': (forward) => traceSpec(forward, a, x),
  'forward of verifySpec': (forward) => verifySpec(spec, forward, a, x),
  'forward of sinkhornMatch': (forward) => sinkhornMatch(spec, a, b, { ...learning, forward }),
  'loss of sinkhornMatch': (loss) => sinkhornMatch(spec, a, b, { ...learning, loss }),
  'temperature of sinkhornMatch': (temperature) => sinkhornMatch(spec, a, b, { temperature }),
  'loss of valueAndGradients': (loss) => valueAndGradients(loss, a),
  'include of weightMatch': (include) => weightMatch(spec, a, b, { include }),
  'include of partialMatch': (include) => partialMatch(spec, a, b, { include }),
  'solver of weightMatch': (solver) => weightMatch(spec, a, b, { solver }),
  'prunable of magnitudeMask': (prunable) => magnitudeMask(a, { sparsity: 0.5, prunable }),
  'schedule of iterativeMagnitudePruning': (schedule) =>
    iterativeMagnitudePruning({ ...pruning, schedule }),
};

it('the table has every function that reports progress', () => {
  const functions = declared.filter(([, { options }]) => options.includes('onProgress'));
  expect(Object.keys(reporting).sort()).toEqual(functions.map(([name]) => name).sort());
});

describe.each(Object.entries(reporting))('%s', (_, work) => {
  it('ends with the error of an async onProgress, and leaks nothing', async () => {
    const own = new Error('the disk is full');
    let calls = 0;
    const onProgress = async () => {
      if (calls++ === 0) throw own;
    };
    expect(await expectNoLeak(() => work({ onProgress }))).toBe(own);
  });

  it('waits for no promise of onProgress', async () => {
    let calls = 0;
    const onProgress = () => {
      calls++;
      return never();
    };
    tf.dispose((await work({ onProgress })) as tf.TensorContainer);
    expect(calls).toBeGreaterThan(1);
  });
});

describe.each(Object.entries(synchronous))('%s', (_, work) => {
  it('is refused if it is async, and its rejection ends no process', async () => {
    const rejecting = () => Promise.reject(new Error('own')) as never;
    const refused = async () => work(rejecting);
    await expect(refused()).rejects.toThrow(InvalidInputError);
  });
});

describe.each(Object.entries(goingOn))('%s after an abort', (_, work) => {
  it('leaks nothing, and ends no process', async () => {
    const before = tf.memory().numTensors;
    const controller = new AbortController();
    const reason = new Error('stopped by the user');
    setTimeout(() => controller.abort(reason), 30);
    await expect(work({ signal: controller.signal })).rejects.toBe(reason);
    await later(200);
    expect(tf.memory().numTensors).toBe(before);
  });
});

it('a matcher ends with its own signal and with that of its caller', async () => {
  const reason = new Error('stopped by the user');
  const stopped = AbortSignal.abort(reason);
  const { signal } = new AbortController();
  for (const [own, given] of [
    [stopped, signal],
    [signal, stopped],
  ]) {
    const options = { ...data, signal: own };
    const two = activationMatcher(spec, options)(a, b, { signal: given });
    await expect(two).rejects.toBe(reason);
    const many = activationManyMatcher(spec, options)([a, b, c], { signal: given });
    await expect(many).rejects.toBe(reason);
  }
});

describe.each(Object.entries(waiting))('the wait of %s', (_, work) => {
  it("ends on abort with the signal's reason, and leaks nothing", async () => {
    const controller = new AbortController();
    const reason = new Error('stopped by the user');
    setTimeout(() => controller.abort(reason), 100);
    const { signal } = controller;
    expect(await expectNoLeak(() => work({ signal }))).toBe(reason);
  });

  it('ends with the error of an async onProgress that rejects later, if there was a step before', async () => {
    const [own, reason] = [new Error('the disk is full'), new Error('stopped by the user')];
    const controller = new AbortController();
    let isCalled = false;
    const onProgress = () => {
      isCalled = true;
      return new Promise<void>((_resolve, reject) => setTimeout(reject, 20, own));
    };
    setTimeout(() => isCalled || controller.abort(reason), 100);
    const error = await expectNoLeak(() => work({ signal: controller.signal, onProgress }));
    expect(error).toBe(isCalled ? own : reason);
  });
});
