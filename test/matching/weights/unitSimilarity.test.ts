import * as tf from '@tensorflow/tfjs-core';
import { permutationSpec, randomPermutations, unitSimilarity, weightMatch } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { fibredNetworks } from '../../support/fibredNetworks';
import { expectNoLeak } from '../../support/invariants';
import { randomParams, testNetworks } from '../../support/networks';

await useBackend('cpu');

describe('unitSimilarity', () => {
  it('is the product of each unit of A with its place in B, over its parameters', async () => {
    // unit 0: 1·3 + 1·2 = 5, unit 1: 2·4 + 10·1 = 18; exchanged: 1·4 + 1·1 = 5, 2·3 + 10·2 = 26
    const spec = permutationSpec({ in: '_ h', out: 'h _' });
    const a = { in: tf.tensor2d([[1, 2]]), out: tf.tensor2d([[1], [10]]) };
    const b = { in: tf.tensor2d([[3, 4]]), out: tf.tensor2d([[2], [1]]) };
    expect(await unitSimilarity(spec, a, b)).toEqual({ h: Float64Array.of(5, 18) });
    const permutations = { h: Int32Array.of(1, 0) };
    expect(await unitSimilarity(spec, a, b, { permutations })).toEqual({
      h: Float64Array.of(5, 26),
    });
    const include = (name: string) => name === 'out';
    expect(await unitSimilarity(spec, a, b, { include })).toEqual({ h: Float64Array.of(2, 10) });
  });

  const families = [...testNetworks, ...fibredNetworks].flatMap((family) =>
    [true, false].map((incremental) => ({ ...family, incremental })),
  );
  it.each(families)(
    'is the similarity that weightMatch returns: $name, incremental $incremental',
    async ({ incremental, ...family }) => {
      const [a, b] = [randomParams(family, 1), randomParams(family, 2)];
      const options = { incremental };
      const { permutations, similarity } = await weightMatch(family.spec, a, b, options);
      const own = await unitSimilarity(family.spec, a, b, { permutations });
      expect(Object.keys(own)).toEqual(Object.keys(permutations));
      for (const [group, units] of Object.entries(similarity)) {
        units.forEach((value, unit) => {
          expect(own[group][unit]).toBeCloseTo(value, 4);
        });
      }
    },
  );

  it('leaks nothing and refuses permutations that do not fit', async () => {
    const family = testNetworks[0];
    const [a, b] = [randomParams(family, 1), randomParams(family, 2)];
    await expectNoLeak(() => unitSimilarity(family.spec, a, b));
    const permutations = { ...randomPermutations(family.spec, a), h1: Int32Array.of(0) };
    const error = await expectNoLeak(() => unitSimilarity(family.spec, a, b, { permutations }));
    expect((error as Error).message).toMatch(/unitSimilarity: .*'h1' has 1 units/);
  });
});
