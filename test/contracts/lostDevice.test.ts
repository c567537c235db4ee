import * as tf from '@tensorflow/tfjs-core';
import {
  activationMatch,
  activationMatchMany,
  barrier,
  classificationEvaluator,
  identityPermutations,
  LostDeviceError,
  lossPlane,
  magnitudeMask,
  mlpSpec,
  otFusion,
  type Params,
  parseSafetensors,
  partialMatch,
  permutationEntropy,
  permutationSpec,
  permute,
  randomPermutations,
  repair,
  repairFolded,
  serializeSafetensors,
  simplexBarrier,
  sinkhornMatch,
  traceSpec,
  unite,
  unitSimilarity,
  weightMatch,
  widen,
  zip,
} from 'perm-lmc';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { expectNoLeak } from '../support/invariants';
import { loseDevice, renewBackend } from '../support/loseDevice';
import { mlpForward } from '../support/networks';
import { backends, canRun, start } from '../support/platform/backends';

const devices = backends.filter((backend) => backend.startsWith('web'));
const layers = ['fc1', 'fc2', 'fc3'];
const forward = mlpForward('pytorch', layers);
const spec = mlpSpec(3, { layout: 'pytorch' });
const roles = permutationSpec({
  ...{ 'fc1.weight': 'h1> _', 'fc1.bias': 'h1>', 'fc2.weight': 'h2> >h1', 'fc2.bias': 'h2>' },
  ...{ 'fc3.weight': '_ >h2', 'fc3.bias': '_' },
});
/** What `fold` returns if it folds no group. */
const unfolded = (params: Params) => ({ params, spec: roles, clusters: {}, weights: {} });
const sizes = [40, 48, 48, 30];

/** So large that tfjs computes on the device and not on the processor in its place. */
function arrays(seed: number): Record<string, { values: Float32Array; shape: number[] }> {
  const wave = (size: number, step: number) =>
    Float32Array.from({ length: size }, (_, i) => Math.sin(seed + step * i * (1 + (i % 7))) / 4);
  return Object.fromEntries(
    layers.flatMap((layer, i) => [
      [
        `${layer}.weight`,
        { values: wave(sizes[i] * sizes[i + 1], i + 1), shape: [sizes[i + 1], sizes[i]] },
      ],
      [`${layer}.bias`, { values: wave(sizes[i + 1], i + 2), shape: [sizes[i + 1]] }],
    ]),
  );
}

/** A network whose values are on the device alone: they come out of an operation. */
function onDevice(seed: number): Params {
  return tf.tidy(() =>
    Object.fromEntries(
      Object.entries(arrays(seed)).map(([name, { values, shape }]) => [
        name,
        tf.mul(tf.tensor(values, shape), 2),
      ]),
    ),
  );
}

const inputs = () => tf.tidy(() => tf.mul(tf.tensor(arrays(9)['fc1.weight'].values, [48, 40]), 4));
const labels = () =>
  tf.tensor1d(
    Int32Array.from({ length: 48 }, (_, i) => i % 30),
    'int32',
  );

describe.each(devices)('when the device of the %s backend is lost', (backend) => {
  const test = it.skipIf(!canRun(backend));

  beforeEach(async () => {
    if (!canRun(backend)) return;
    await start(backend);
    await renewBackend(backend);
  });
  afterAll(() => start('cpu'));

  test('in the middle of weightMatch it rejects and says so, with the inputs intact; another backend then finds the permutations', async () => {
    const a = onDevice(1);
    const shuffle = randomPermutations(spec, a, { seed: 3 });
    const b = permute(spec, a, shuffle);
    const expected = await weightMatch(spec, a, b);
    let steps = 0;
    const error = await expectNoLeak(() =>
      weightMatch(spec, a, b, {
        onProgress: () => {
          if (steps++ === 0) loseDevice();
        },
      }),
    );
    expect(error).toBeInstanceOf(LostDeviceError);
    expect((error as Error).message).toMatch(
      /^The Web(GPU device|GL context) was lost.*Set another backend or reload the page/,
    );
    expect(steps).toBe(1);
    for (const tensor of Object.values({ ...a, ...b })) expect(tensor.isDisposed).toBe(false);

    await start('cpu');
    const again = onDevice(1);
    const shuffled = permute(spec, again, shuffle);
    const found = await weightMatch(spec, again, shuffled);
    expect(found.permutations).toEqual(expected.permutations);
    tf.dispose([a, b, again, shuffled]);
  });

  it.skipIf(backend !== 'webgpu' || !canRun(backend))(
    'what lay on it alone is refused once another backend is set',
    async () => {
      const a = onDevice(1);
      const shuffle = randomPermutations(spec, a, { seed: 3 });
      const b = permute(spec, a, shuffle);
      await expectNoLeak(() => weightMatch(spec, a, b, { onProgress: loseDevice }));
      await start('cpu');
      const permuted = await expectNoLeak(() => permute(spec, a, shuffle));
      expect(String(permuted)).toMatch(
        /permute: .* is on WebGPU, .*from the data that it came from/,
      );
      const matched = await expectNoLeak(() => weightMatch(spec, a, b));
      expect(String(matched)).toMatch(
        /weightMatch: .* is on WebGPU, .*from the data that it came from/,
      );
      tf.dispose([a, b]);
    },
  );

  test('in the middle of a barrier it rejects, whether evaluate fails, never ends or reads zeros', async () => {
    const [a, b, x, y] = [onDevice(1), onDevice(2), inputs(), labels()];
    const evaluate = classificationEvaluator(forward, { x, y }, { batchSize: 20 });
    const measured = await expectNoLeak(() => barrier(a, b, evaluate, { onProgress: loseDevice }));
    expect(measured).toBeInstanceOf(LostDeviceError);

    await start('cpu');
    await renewBackend(backend);
    const [c, d] = [onDevice(1), onDevice(2)];
    const unending = await expectNoLeak(() =>
      barrier(c, d, () => {
        loseDevice();
        return new Promise<never>(() => {});
      }),
    );
    expect(unending).toBeInstanceOf(LostDeviceError);

    await start('cpu');
    await renewBackend(backend);
    const [e, f] = [onDevice(1), onDevice(2)];
    const own = barrier(e, f, async (params) => {
      loseDevice();
      const [loss] = await tf.sum(params['fc1.weight']).data(); // On WebGL it never arrives.
      return { loss };
    });
    await expect(own).rejects.toThrow(LostDeviceError);
    tf.dispose([a, b, c, d, e, f, x, y]);
  });

  test('whatever reads after it rejects in place of a result, and leaks nothing', async () => {
    const [a, b, c, x, y] = [onDevice(1), onDevice(2), onDevice(3), inputs(), labels()];
    const evaluate = classificationEvaluator(forward, { x, y });
    const work: Record<string, () => Promise<unknown>> = {
      weightMatch: () => weightMatch(spec, a, b),
      'weightMatch with cosine': () => weightMatch(spec, a, b, { kernel: 'cosine' }),
      'weightMatch with kernels of our own': () => weightMatch(spec, a, b, { engine: 'packed' }),
      activationMatch: () => activationMatch(spec, a, b, { forward, inputs: x }),
      activationMatchMany: () => activationMatchMany(spec, [a, b, c], { forward, inputs: x }),
      otFusion: () => otFusion(roles, a, b),
      partialMatch: () => partialMatch(spec, a, b),
      unite: () => unite(spec, a, b, identityPermutations(spec, a)),
      widen: () => widen(spec, a, {}),
      permutationEntropy: () => permutationEntropy(spec, a, b),
      sinkhornMatch: () => sinkhornMatch(spec, a, b, { forward, data: { x, y }, steps: 1 }),

      zip: () => zip(roles, [a, b], { forward, inputs: x }),
      unitSimilarity: () => unitSimilarity(spec, a, b),
      repair: () => repair(a, [b, c], { forward, inputs: x }),
      repairFolded: () => repairFolded(roles, unfolded(a), a, { forward, inputs: x }),
      traceSpec: () => traceSpec(forward, a, x),
      evaluate: () => evaluate(a),
      simplexBarrier: () => simplexBarrier([a, b, c], evaluate),
      lossPlane: () => lossPlane(a, b, c, evaluate),
      magnitudeMask: () => magnitudeMask(a, { sparsity: 0.5 }),
      serializeSafetensors: () => serializeSafetensors(a),
    };
    loseDevice();
    for (const [name, run] of Object.entries(work)) {
      expect(await expectNoLeak(run), name).toBeInstanceOf(LostDeviceError);
    }
    tf.dispose([a, b, c, x, y]);
  });

  it.skipIf(!canRun(backend) || backend === 'webgl')(
    'what the processor still holds of a network can be written to a file',
    async () => {
      const params = onDevice(1);
      const before = await serializeSafetensors(params); // tfjs keeps what was read.
      loseDevice();
      expect(await serializeSafetensors(params)).toEqual(before);
      tf.dispose([params, parseSafetensors(before).params]);
    },
  );
});
