import {
  compose,
  invertPermutations,
  permute,
  randomPermutations,
  transitivity,
  weightMatch,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { network, shuffled, spec } from '../support/planted';

await useBackend('cpu');

describe('transitivity', () => {
  const a = network(1);
  const b = shuffled(a, 2);
  const c = shuffled(b, 3);

  it('of matches of one network in three orders every unit agrees', async () => {
    const found = async (x: typeof a, y: typeof a) => (await weightMatch(spec, x, y)).permutations;
    const [ab, bc, ac] = [await found(a, b), await found(b, c), await found(a, c)];
    // The orders do not commute: composed the other way round they would not agree.
    expect(compose(ab.h1, bc.h1)).not.toEqual(compose(bc.h1, ab.h1));
    for (const group of Object.values(transitivity(ab, bc, ac))) {
      expect(group).toMatchObject({ fraction: 1, distance: 0 });
    }
    const [planted2, planted3] = [
      randomPermutations(spec, a, { seed: 2 }),
      randomPermutations(spec, a, { seed: 3 }),
    ];
    expect(ab).toEqual(invertPermutations(planted2));
    expect(bc).toEqual(invertPermutations(planted3));
  });

  it('the way round moves C onto A as the two permutations after one another do', async () => {
    const [ab, bc] = [4, 5].map((seed) => randomPermutations(spec, a, { seed }));
    const twice = permute(spec, permute(spec, c, bc), ab);
    const { permutations } = await weightMatch(spec, twice, c);
    expect(
      Object.values(transitivity(ab, bc, permutations)).map(({ distance }) => distance),
    ).toEqual([0, 0]);
  });

  it('counts the units where a match is not transitive', () => {
    expect(transitivity({ h: [1, 0, 2] }, { h: [0, 1, 2] }, { h: [0, 1, 2] })).toEqual({
      h: { size: 3, fixedPoints: 1, fraction: 1 / 3, distance: 1 },
    });
  });
});
