import * as tf from '@tensorflow/tfjs-core';
import {
  invertPermutations,
  type PermutationSpec,
  permute,
  randomPermutations,
  traceSpec,
  verifySpec,
  weightMatch,
} from 'perm-lmc';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomInput, randomParams } from '../spec/derive/network';
import { programs } from '../spec/derive/programs';
import { useBackend } from '../support/backend';
import { fibredNetworks } from '../support/fibredNetworks';
import { expectNoLeak } from '../support/invariants';
import { randomParams as randomNetwork } from '../support/networks';
import { startWebGpu } from '../support/webgpu';

const missing = await startWebGpu();

/** Families that between them use convolutions, constants, recurrence, attention and several axes. */
const families = ['lenet', 'mobileNet', 'lstm', 'unet', 'vit', 'groupNorm'] as const;
const derived = new Map<string, PermutationSpec>();

describe.each(['cpu', 'wasm', 'webgpu'] as const)('on the %s backend', (backend) => {
  beforeAll(async () => {
    if (backend !== 'webgpu') await useBackend(backend);
    else if (missing === null) await tf.setBackend('webgpu');
  });
  const test = it.skipIf(backend === 'webgpu' && missing !== null);

  test.each(families)('traceSpec derives the same spec of %s, verified', async (family) => {
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
  });

  test.each(fibredNetworks.map((network) => [network.name, network] as const))(
    'weightMatch finds what was planted in %s',
    async (_, network) => {
      const a = randomNetwork(network, 3);
      const shuffle = randomPermutations(network.spec, a, { seed: 9 });
      const b = permute(network.spec, a, shuffle);
      const found = await expectNoLeak(() => weightMatch(network.spec, a, b, { restarts: 5 }));
      if (found instanceof Error) throw found;
      expect(found.permutations).toEqual(invertPermutations(shuffle));
      tf.dispose([a, b]);
    },
  );
});
