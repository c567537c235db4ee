import {
  applyMask,
  density,
  magnitudeMask,
  permutationSpec,
  permute,
  randomPermutations,
  transportMask,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectNoLeak, expectSameParams } from '../support/invariants';
import { randomParams, testNetworks } from '../support/networks';
import { expectOwned, readAndDispose, rows, valuesOf } from './masks';

await useBackend('cpu');

describe('transportMask', () => {
  it.each(testNetworks)('is permute, and commutes with masking: $name', async (network) => {
    const { spec } = network;
    const b = randomParams(network, 1);
    const p = randomPermutations(spec, b, { seed: 4 });
    const mask = await magnitudeMask(b, { sparsity: 0.6 });
    const transported = await transportMask(spec, mask, p);
    await expectSameParams(transported, permute(spec, mask, p));
    await expectSameParams(
      permute(spec, applyMask(b, mask), p),
      applyMask(permute(spec, b, p), transported),
    );
    // The density of every parameter stays.
    expect(await density(transported)).toEqual(await density(mask));
  });

  const spec = permutationSpec({ k: '_ h' });
  const p = { h: Int32Array.of(2, 0, 1) };
  it('unit i of the result is unit p[i] of the mask', async () => {
    const mask = rows({ k: [0, 1, 1] });
    expect(await readAndDispose(transportMask(spec, mask, p))).toEqual({ k: [1, 0, 1] });
    await expectOwned(() => transportMask(spec, mask, p), 1, [mask]);
    expect(await valuesOf(mask)).toEqual({ k: [0, 1, 1] });
  });

  it('refuses what fits neither the spec nor the permutations', async () => {
    const [other, two, three] = [rows({ l: [1] }), rows({ k: [1, 1] }), rows({ k: [1, 1, 1] })];
    for (const [work, message] of [
      [() => transportMask(spec, other, p), /^transportMask: .*'[kl]'/],
      [() => transportMask(spec, two, p), /has 3 units, but the group has 2/],
      [() => transportMask(spec, three, {}), /no permutation of group 'h'/],
    ] as const) {
      const error = await expectNoLeak(work);
      expect((error as Error).message).toMatch(message);
    }
  });
});
