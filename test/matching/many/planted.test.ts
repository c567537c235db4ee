import {
  composePermutations,
  identityPermutations,
  invertPermutations,
  matchMany,
  type Params,
  permute,
  randomPermutations,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { fibredNetworks } from '../../support/fibredNetworks';
import { expectSameFunction } from '../../support/invariants';
import { knotty, knottyParams } from '../../support/knotty';
import { sumOverPairs } from '../../support/manyNetworks';
import { randomInput, randomParams, type TestNetwork, testNetworks } from '../../support/networks';
import { withNoise } from '../../support/noise';

await useBackend('cpu');

const families: readonly TestNetwork[] = [...testNetworks, ...fibredNetworks];

/** Five copies of a network with their units in different orders and a little noise, and the way back for each. */
function fiveCopies({ spec }: Pick<TestNetwork, 'spec'>, base: Params) {
  const shuffles = [0, 1, 2, 3, 4].map((k) => randomPermutations(spec, base, { seed: 5 + k }));
  const networks = shuffles.map((shuffle, k) =>
    withNoise(permute(spec, base, shuffle), 0.02, 9 + k),
  );
  const toBase = shuffles.map(invertPermutations);
  /** The permutations in the frame of a network. */
  const inFrame = (k: number) =>
    toBase.map((p) => composePermutations(p, invertPermutations(toBase[k])));
  return { networks, inFrame };
}

describe.each(['packed', 'backend'] as const)(
  'planted permutations of five noisy copies are recovered exactly, %s',
  (engine) => {
    it.each(families)('$name', async (family) => {
      const { spec, forward } = family;
      const { networks, inFrame } = fiveCopies(family, randomParams(family, 1));
      const options = { engine, reference: 2 };
      const found = await matchMany(spec, networks, options);
      expect(found.permutations).toEqual(inFrame(2));
      expect(found.permutations[2]).toEqual(identityPermutations(spec, networks[2]));
      expect(found.converged).toBe(true);
      const wanted = await sumOverPairs(spec, networks, found.permutations);
      expect(found.objective / wanted).toBeCloseTo(1, 5);
      const [, other] = networks;
      const aligned = permute(spec, other, found.permutations[1]);
      await expectSameFunction(forward, aligned, other, randomInput(family, 2, 3));
    });

    it.each(['star', 'chain', 'bestReference', 'identity'] as const)(
      'from the start %s',
      async (start) => {
        const [family] = families;
        const { networks, inFrame } = fiveCopies(family, randomParams(family, 1));
        const found = await matchMany(family.spec, networks, { start, engine });
        expect(found.permutations).toEqual(inFrame(0));
      },
    );

    it('by the other methods, and under the cosine kernel', async () => {
      const [family] = families;
      const { networks, inFrame } = fiveCopies(family, randomParams(family, 1));
      for (const options of [
        { method: 'mergeMany', restarts: 3 },
        { method: 'frankWolfe', start: 'identity', restarts: 3 },
        { kernel: 'cosine' },
      ] as const) {
        const found = await matchMany(family.spec, networks, { ...options, engine });
        expect(found.permutations).toEqual(inFrame(0));
      }
    });

    it('with flattened axes, gates, segments and groups on two axes', async () => {
      const { networks, inFrame } = fiveCopies(knotty, knottyParams(1));
      const found = await matchMany(knotty.spec, networks, { restarts: 3, engine });
      expect(found.permutations).toEqual(inFrame(0));
    });
  },
);
