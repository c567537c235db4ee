import * as tf from '@tensorflow/tfjs-core';
import {
  type ActivationMatchManyResult,
  activationMatch,
  activationMatchMany,
  interpolate,
  invertPermutations,
  type PermutationSpec,
  permute,
  randomPermutations,
  repair,
  traceSpec,
  verifySpec,
  weightMatch,
} from 'perm-lmc';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fibredNetworks } from '../support/fibredNetworks';
import { forbidSyncReads } from '../support/forbidSyncReads';
import { expectNoLeak } from '../support/invariants';
import {
  randomParams as randomNetwork,
  randomInput as randomNetworkInput,
  testNetworks,
} from '../support/networks';
import { backends, canRun, casesOn, start } from '../support/platform/backends';
import { randomInput, randomParams } from '../tracing/network';
import { programs } from '../tracing/programs';

/** Families that between them use convolutions, constants, recurrence, attention, several axes and lanes. */
const families = [
  ...(['lenet', 'mobileNet', 'lstm', 'unet', 'vit', 'groupNorm'] as const),
  ...(['groupedOfTorch4', 'headsByConcatenation'] as const),
] as const;
const derived = new Map<string, PermutationSpec>();
const repaired = new Map<string, number[]>();
const joint = new Map<string, ActivationMatchManyResult>();

describe.each(backends)('on the %s backend', (backend) => {
  let allowSyncReads = () => {};
  beforeAll(async () => {
    if (!canRun(backend)) return;
    await start(backend);
    // Elsewhere a trace may read the constants of a forward pass at once.
    if (backend === 'webgpu') allowSyncReads = forbidSyncReads();
  });
  afterAll(() => allowSyncReads());
  const test = it.skipIf(!canRun(backend));

  test.each(casesOn(backend, families))(
    'traceSpec derives the same spec of %s, verified',
    async (family) => {
      const program = programs[family];
      const [params, x] = [randomParams(program.shapes), randomInput(program)];
      const spec = await expectNoLeak(() => traceSpec(program.forward, params, x));
      if (spec instanceof Error) throw spec;
      if (backend === 'cpu') derived.set(family, spec);
      expect(spec).toEqual(derived.get(family));
      const { ok, error } = await verifySpec(spec, program.forward, params, x, { seed: 7 });
      expect(ok).toBe(true);
      expect(error).toBeLessThan(1e-4);
      tf.dispose([params, x]);
    },
  );

  test.each(casesOn(backend, fibredNetworks).map((network) => [network.name, network] as const))(
    'weightMatch finds what was planted in %s',
    async (_, network) => {
      const a = randomNetwork(network, 3);
      const shuffle = randomPermutations(network.spec, a, { seed: 9 });
      const b = permute(network.spec, a, shuffle);
      const descent = { method: 'coordinateDescent', start: 'identity' } as const;
      for (const options of [{}, { ...descent, restarts: 5 }]) {
        const found = await expectNoLeak(() => weightMatch(network.spec, a, b, options));
        if (found instanceof Error) throw found;
        expect(found.permutations).toEqual(invertPermutations(shuffle));
      }
      tf.dispose([a, b]);
    },
  );

  test.each(casesOn(backend, testNetworks).map((network) => [network.name, network] as const))(
    'activationMatch finds what was planted in %s, and repair gives the same weights',
    async (name, network) => {
      const { spec, forward } = network;
      const [a, other] = [1, 2].map((seed) => randomNetwork(network, seed));
      const inputs = randomNetworkInput(network, 6, 3);
      const shuffle = randomPermutations(spec, a, { seed: 1 });
      const b = permute(spec, a, shuffle);
      const options = { forward, inputs, batchSize: 4 };
      const found = await expectNoLeak(() => activationMatch(spec, a, b, options));
      if (found instanceof Error) throw found;
      expect(found.permutations).toEqual(invertPermutations(shuffle));
      const merged = interpolate(a, other, 0.5, { integers: 'first' });
      const result = await expectNoLeak(
        () => repair(merged, [a, other], { forward, inputs, batchSize: 4 }),
        Object.keys(a).length,
      );
      if (result instanceof Error) throw result;
      const values: number[] = [];
      for (const each of Object.values(result)) values.push(...(await each.data()));
      if (backend === 'cpu') repaired.set(name, values);
      const expected = repaired.get(name)!;
      const scale = Math.max(...expected.map(Math.abs));
      values.forEach((value, i) => {
        expect(Math.abs(value - expected[i])).toBeLessThan(2e-3 * scale);
      });
      tf.dispose([a, other, b, inputs, merged, result]);
    },
  );

  test('activationMatchMany gives the same permutations of independent networks', async () => {
    const [mlp] = testNetworks;
    const { spec, forward } = mlp;
    const params = [1, 2, 3, 4].map((seed) => randomNetwork(mlp, seed));
    const inputs = randomNetworkInput(mlp, 10, 3);
    for (const kernel of ['linear', 'correlation'] as const) {
      const options = { forward, inputs, batchSize: 4, kernel, restarts: 2 };
      const found = await expectNoLeak(() => activationMatchMany(spec, params, options));
      if (found instanceof Error) throw found;
      if (backend === 'cpu') joint.set(kernel, found);
      const expected = joint.get(kernel)!;
      expect(found.permutations).toEqual(expected.permutations);
      expect(Math.abs(found.objective / expected.objective - 1)).toBeLessThan(1e-4);
      expect(Math.abs(found.bound / expected.bound - 1)).toBeLessThan(1e-4);
    }
    tf.dispose([params, inputs]);
  });
});
