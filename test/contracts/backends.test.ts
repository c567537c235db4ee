import * as tf from '@tensorflow/tfjs-core';
import {
  applyMask,
  average,
  barrier,
  classificationEvaluator,
  density,
  fold,
  geometric,
  interpolate,
  iterativeMagnitudePruning,
  magnitudeMask,
  maskAnd,
  maskOr,
  maskOverlap,
  matchMany,
  otFusion,
  type Params,
  type Permutations,
  parseSafetensors,
  partialMatch,
  permutationSpec,
  permute,
  randomMask,
  repairFolded,
  serializeSafetensors,
  simplexBarrier,
  transportMask,
  unite,
  type WeightMatchOptions,
  weightMatch,
  widen,
  zip,
} from 'perm-lmc';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixtures, mnistTest, readParams } from '../support/fixtures';
import { forbidSyncReads } from '../support/forbidSyncReads';
import { expectNoLeak } from '../support/invariants';
import { backends, canRun, casesOn, start } from '../support/platform/backends';

async function valuesOf(params: Params): Promise<Record<string, number[]>> {
  const result: Record<string, number[]> = {};
  for (const [name, x] of Object.entries(params)) result[name] = Array.from(await x.data());
  tf.dispose(params);
  return result;
}

/** Coordinate descent from the networks as they are. */
const descent = { method: 'coordinateDescent', start: 'identity' } as const;

/** Ways to match, and the fixture of each on a device, where all fixtures would take minutes in software. */
const ways: readonly (readonly [name: string, options: WeightMatchOptions, fixture: string])[] = [
  ['linear', { order: 'forward', ...descent }, 'mlp64'],
  ['cosine', { order: 'forward', kernel: 'cosine', ...descent }, 'convbn'],
  ['Frank-Wolfe', { order: 'forward' }, 'resnet8'],
];

/** The results of the same work on the cpu backend. */
const expected: {
  permutations: Record<
    string,
    { permutations: Permutations; objective: number; history: readonly number[] }
  >;
  many?: Awaited<ReturnType<typeof matchMany>>;
  curve?: number[];
  mixtures?: Record<string, number[]>[];
  pruned?: unknown[];
  widths?: unknown;
  folded?: {
    clusters: unknown;
    values: Record<string, number[]>;
    repairs: Record<string, number[]>;
  };
  zipped?: Record<string, number[]>;
  transported?: Record<string, number[]>;
  file?: Uint8Array;
} = { permutations: {} };

/** Numbers between −1 and 1. */
const wave = (length: number, seed: number) =>
  Float32Array.from({ length }, (_, i) => Math.fround(Math.sin(7 * i + seed)));

function expectClose(found: readonly number[], wanted: readonly number[], relative: number): void {
  expect(found.length).toBe(wanted.length);
  const scale = Math.max(1e-3, ...wanted.map(Math.abs));
  found.forEach((value, i) => {
    expect(Math.abs(value - wanted[i])).toBeLessThan(relative * scale);
  });
}

/** Holds a value against what was recorded in Node, so that it is the same there and in browsers. */
async function expectRecorded(name: string, value: unknown): Promise<void> {
  await expect(`${JSON.stringify(value)}\n`).toMatchFileSnapshot(`recorded/${name}.txt`);
}

const lists = (permutations: Permutations) =>
  Object.fromEntries(Object.entries(permutations).map(([group, p]) => [group, [...p]]));
const rounded = (values: readonly number[]) => values.map((value) => Number(value.toPrecision(5)));

/** The state of tfjs that all of its users share, without the tensors. */
function globalState() {
  const { activeScope, scopeStack, gradientDepth, kernelDepth } = tf.engine().state;
  return {
    backend: tf.getBackend(),
    flags: { ...tf.env().getFlags() },
    scopes: [activeScope?.id, scopeStack.length, gradientDepth, kernelDepth],
    methods: Object.keys(tf.engine()).filter((name) => /^(run|read|make|move)/.test(name)),
  };
}

it('a synchronous read would be seen', async () => {
  await start('cpu');
  const x = tf.tensor1d([1, 2]);
  const allow = forbidSyncReads();
  expect(() => x.dataSync()).toThrow('read synchronously');
  expect(() => x.arraySync()).toThrow('read synchronously');
  expect([...(await x.data())]).toEqual([1, 2]);
  allow();
  expect([...x.dataSync()]).toEqual([1, 2]);
  x.dispose();
});

describe.each(backends)('on the %s backend', (backend) => {
  let allowSyncReads = () => {};
  let state: unknown;
  beforeAll(async () => {
    if (!canRun(backend)) return;
    await start(backend);
    state = globalState();
    allowSyncReads = forbidSyncReads();
  });
  afterAll(() => allowSyncReads());
  const test = it.skipIf(!canRun(backend));

  test.each(casesOn(backend, ways))(
    'weightMatch finds the same permutations, %s',
    async (way, options, fixture) => {
      for (const { name, spec } of fixtures) {
        if (backend.startsWith('web') && name !== fixture) continue;
        const [a, b] = [readParams(`${name}_A`), readParams(`${name}_B`)];
        const match = await expectNoLeak(() => weightMatch(spec, a, b, options));
        if (match instanceof Error) throw match;
        const key = `${name} ${way}`;
        if (backend === 'cpu') {
          expected.permutations[key] = match;
          await expectRecorded(`weightMatch-${name}-${way}`, {
            permutations: lists(match.permutations),
            objective: rounded([match.objective]),
          });
        }
        expect(match.permutations).toEqual(expected.permutations[key].permutations);
        expectClose(match.history, expected.permutations[key].history, 1e-5);
        expectClose([match.objective], [expected.permutations[key].objective], 1e-5);
        tf.dispose([a, b]);
      }
    },
  );

  test('matchMany finds the same permutations, and leaks nothing', async () => {
    const [{ spec }] = fixtures;
    const networks = ['A', 'B', 'C'].map((name) => readParams(`mlp64_${name}`));
    const found = await expectNoLeak(() => matchMany(spec, networks, { order: 'forward' }));
    if (found instanceof Error) throw found;
    expected.many ??= found;
    expect(found.permutations).toEqual(expected.many.permutations);
    // A backend cannot compare sums bit by bit, so that it may add a pass that moves nothing.
    const rises = ({ history }: { history: readonly number[] }) =>
      history.filter((objective, at) => objective !== history[at - 1]);
    expectClose(rises(found), rises(expected.many), 1e-5);
    expectClose([found.objective], [expected.many.objective], 1e-5);
    expectClose(
      found.pairs.map(({ alignment }) => alignment.after),
      expected.many.pairs.map(({ alignment }) => alignment.after),
      1e-5,
    );
    tf.dispose(networks);
  });

  test('a search of weightMatch ends in the same optimum, and leaks nothing', async () => {
    const spec = permutationSpec({ in: '_ g', mid: 'g h', out: 'h _' });
    const make = (seed: number) => ({
      in: tf.randomNormal([3, 8], 0, 1, 'float32', seed),
      mid: tf.randomNormal([8, 6], 0, 1, 'float32', seed + 1),
      out: tf.randomNormal([6, 2], 0, 1, 'float32', seed + 2),
    });
    const [a, b] = [make(1), make(11)];
    for (const start of ['signature', 'identity'] as const) {
      const options = { start, search: { rounds: 20 } };
      const match = await expectNoLeak(() => weightMatch(spec, a, b, options));
      if (match instanceof Error) throw match;
      const key = `search ${start}`;
      expected.permutations[key] ??= match;
      expect(match.permutations).toEqual(expected.permutations[key].permutations);
      expectClose([match.objective], [expected.permutations[key].objective], 1e-5);
      expect(match.search).toMatchObject({ rounds: 20, chosen: 0 });
    }
    tf.dispose([a, b]);
  });

  test('permute, interpolate and average give the same tensors, masks and integers included', async () => {
    const spec = permutationSpec({ w: '_ (2 h)', mask: 'h', count: 'h', flat: '(3 h) h' });
    const make = (seed: number) => ({
      w: tf.tensor2d(
        Float32Array.from({ length: 40 }, (_, i) => Math.sin(i + seed)),
        [4, 10],
      ),
      mask: tf.tensor1d([true, false, true, true, false], 'bool'),
      count: tf.tensor1d([5, 6, 7, 8, 9], 'int32'),
      flat: tf.tensor2d(
        Float32Array.from({ length: 75 }, (_, i) => Math.cos(i * seed)),
        [15, 5],
      ),
    });
    const [a, b] = [make(1), make(2)];
    const p = { h: Int32Array.of(3, 0, 4, 2, 1) };
    const mixtures = [
      await valuesOf(permute(spec, a, p)),
      await valuesOf(interpolate(a, b, 0.3, { integers: 'first' })),
      await valuesOf(average([a, b, b], { weights: [0.5, 0.25, 0.25], integers: 'first' })),
    ];
    expected.mixtures ??= mixtures;
    mixtures.forEach((mixture, i) => {
      for (const [name, values] of Object.entries(mixture))
        expectClose(values, expected.mixtures![i][name], 1e-6);
    });
    tf.dispose([a, b]);
  });

  test('networks of other widths have the same units and values, and nothing leaks', async () => {
    const spec = permutationSpec({ in: '_ h>', bias: 'h>', out: '>h _' });
    const make = (units: number) => ({
      in: tf.tensor2d(wave(3 * units, units), [3, units]),
      bias: tf.tensor1d(wave(units, 1)),
      out: tf.tensor2d(wave(2 * units, 2), [units, 2]),
    });
    const work = async () => {
      const [a, b] = [make(6), make(9)];
      const { pairs } = await partialMatch(spec, a, b, { size: 0.5 });
      const united = await unite(spec, a, b, pairs);
      const wider = await widen(spec, a, { h: 8 }, { fill: 'random' });
      const found = [united.a, united.b, wider.params];
      tf.dispose([a, b]);
      return { pairs: lists(pairs), networks: await Promise.all(found.map(valuesOf)) };
    };
    const found = await expectNoLeak(work);
    if (found instanceof Error) throw found;
    expected.widths ??= found;
    expect(found).toEqual(expected.widths);
  });

  test('folding and its repair find the same clusters and values, and leak nothing', async () => {
    const spec = permutationSpec({ in: '_ h>', bias: 'h>', out: '>h _' });
    const forward = (params: Params, x: tf.Tensor) =>
      tf.matMul(tf.relu(tf.add(tf.matMul(x, params.in), params.bias)), params.out);
    const work = async () => {
      const params = {
        in: tf.tensor2d(wave(24, 8), [3, 8]),
        bias: tf.tensor1d(wave(8, 1)),
        out: tf.tensor2d(wave(16, 2), [8, 2]),
      };
      const inputs = tf.tensor2d(wave(30, 10), [10, 3]);
      const folded = await fold(spec, params, { sizes: { h: 4 } });
      const repaired = await repairFolded(spec, folded, params, { forward, inputs });
      tf.dispose([params, inputs]);
      const [values, repairs] = [await valuesOf(folded.params), await valuesOf(repaired)];
      return { clusters: lists(folded.clusters), values, repairs };
    };
    const found = await expectNoLeak(work);
    if (found instanceof Error) throw found;
    expected.folded ??= found;
    expect(found.clusters).toEqual(expected.folded.clusters);
    for (const [name, values] of Object.entries(found.values)) {
      expectClose(values, expected.folded.values[name], 1e-5);
      expectClose(found.repairs[name], expected.folded.repairs[name], 1e-4);
    }
  });

  test('zips have the same merged units and values, and nothing leaks', async () => {
    const spec = permutationSpec({ in: '_ h>', bias: 'h>', out: '>h _' });
    const make = (units: number) => ({
      in: tf.tensor2d(wave(3 * units, units), [3, units]),
      bias: tf.tensor1d(wave(units, 1)),
      out: tf.tensor2d(wave(2 * units, 2), [units, 2]),
    });
    const forward = (params: Params, input: tf.Tensor) => {
      const z = tf.matMul(input as tf.Tensor2D, params.in as tf.Tensor2D);
      return tf.matMul(tf.relu(tf.add(z, params.bias)), params.out as tf.Tensor2D);
    };
    const work = async () => {
      const networks = [make(6), make(9)];
      const inputs = tf.tensor2d(wave(90, 3), [30, 3]);
      const found = [
        await zip(spec, networks, { forward, inputs }),
        await zip(spec, networks, { by: 'weights', ratio: 0.7 }),
      ];
      tf.dispose([networks, inputs]);
      const values = await Promise.all(found.map(({ params }) => valuesOf(params)));
      const members = found.flatMap(({ groups }) => groups.h.members.map((each) => [...each]));
      return { members: members.flat(), first: values[0].out, second: values[1].out };
    };
    const found = await expectNoLeak(work);
    if (found instanceof Error) throw found;
    expected.zipped ??= found;
    for (const [name, values] of Object.entries(found))
      expectClose(values, expected.zipped[name], 1e-5);
  });

  test('transport has the same plans and values, and leaks nothing', async () => {
    const spec = permutationSpec({ in: '_ h>', bias: 'h>', out: '>h _' });
    const make = (units: number) => ({
      in: tf.tensor2d(wave(3 * units, units), [3, units]),
      bias: tf.tensor1d(wave(units, 1)),
      out: tf.tensor2d(wave(2 * units, 2), [units, 2]),
    });
    const work = async () => {
      const [a, b] = [make(6), make(9)];
      const { params, plans } = await otFusion(spec, a, b);
      tf.dispose([a, b]);
      return { b: [...plans.h.b], mass: [...plans.h.mass], ...(await valuesOf(params)) };
    };
    const found = await expectNoLeak(work);
    if (found instanceof Error) throw found;
    expected.transported ??= found;
    for (const [name, values] of Object.entries(found))
      expectClose(values, expected.transported[name], 1e-5);
  });

  test('pruning gives the same masks, and leaks nothing', async () => {
    const spec = permutationSpec({ k1: '_ h', k2: 'h _', b: 'h' });
    const make = () => ({
      // Few magnitudes, so that ties cross every threshold.
      k1: tf.tensor2d(
        Float32Array.from({ length: 35 }, (_, i) => ((i * 7) % 11) - 5),
        [7, 5],
      ),
      k2: tf.tensor2d(
        Float32Array.from({ length: 15 }, (_, i) => ((i * 5) % 7) - 3),
        [5, 3],
      ),
      b: tf.tensor1d([1, 2, 3, 4, 5]),
    });
    const p = { h: Int32Array.of(3, 0, 4, 2, 1) };
    const prune = async () => {
      const params = make();
      const mask = await magnitudeMask(params, { sparsity: 0.4 });
      const more = await magnitudeMask(params, { sparsity: 0.7, scope: 'layer', mask });
      const random = await randomMask(more, { seed: 1 });
      const found: unknown[] = [await density(mask), await maskOverlap(mask, random)];
      found.push(await valuesOf(await maskAnd(mask, random)));
      found.push(await valuesOf(await maskOr(more, random)));
      found.push(await valuesOf(await transportMask(spec, mask, p)));
      const masked = await valuesOf(applyMask(params, more));
      found.push(Object.values(masked).map((values) => values.map((value) => value + 0))); // −0 is 0.
      const levels = iterativeMagnitudePruning({
        train: async (start, held) => applyMask(start, held),
        rewind: params,
        schedule: geometric(0.3),
        levels: 3,
      });
      for await (const level of levels) {
        found.push(level.density, await valuesOf(level.mask));
        tf.dispose(level.params);
      }
      tf.dispose([params, mask, more, random]);
      return found;
    };
    const found = await expectNoLeak(prune);
    if (found instanceof Error) throw found;
    expected.pruned ??= found;
    expect(found).toEqual(expected.pruned);
  });

  test('barrier and simplexBarrier give the same curves, and leak nothing', async () => {
    const [{ spec, forward }] = fixtures;
    const models = ['A', 'B', 'C'].map((name) => readParams(`mlp64_${name}`));
    const data = mnistTest(300);
    const evaluate = classificationEvaluator(forward, data, { batchSize: 128 });
    const aligned = permute(spec, models[1], expected.permutations['mlp64 linear'].permutations);
    const line = await expectNoLeak(() => barrier(models[0], aligned, evaluate, { points: 5 }));
    if (line instanceof Error) throw line;
    const simplex = await expectNoLeak(() => simplexBarrier(models, evaluate, { resolution: 1 }));
    if (simplex instanceof Error) throw simplex;
    const curve = [...line.loss.values, ...simplex.loss.barrier];
    expected.curve ??= curve;
    if (backend === 'cpu') await expectRecorded('barrier', rounded(curve));
    expectClose(curve, expected.curve, 1e-5);
    tf.dispose([models, aligned, data.x, data.y]);
  });

  test('safetensors files are the same bytes', async () => {
    const params = readParams('convbn_A');
    const file = await serializeSafetensors(params, { metadata: { format: 'pt' } });
    expected.file ??= file;
    expect(file).toEqual(expected.file);
    const read = parseSafetensors(file);
    expect(await valuesOf(read.params)).toEqual(await valuesOf(params));
  });

  test('the backend, the flags and the scopes of tfjs are as they were', () => {
    expect(tf.getBackend()).toBe(backend);
    // tfjs adds flags when they are first asked for.
    expect(globalState()).toMatchObject(state as object);
  });
});
