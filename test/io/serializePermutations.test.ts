import fc from 'fast-check';
import {
  InvalidInputError,
  parsePermutations,
  randomPermutation,
  serializePermutations,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';

describe('permutations survive JSON', () => {
  it('group by group', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string().filter((key) => key !== '__proto__'),
          fc.nat(9),
        ),
        (sizes) => {
          const permutations = Object.fromEntries(
            Object.entries(sizes).map(([group, n]) => [group, randomPermutation(n, { seed: n })]),
          );
          expect(parsePermutations(serializePermutations(permutations))).toEqual(permutations);
        },
      ),
    );
  });

  it.each([
    ['{"h": [0, 0]}', /group 'h' is not a permutation/],
    ['{"h": "01"}', /group 'h' is not a permutation/],
    ['{"h": [1, 2]}', /group 'h' is not a permutation/],
    ['{"h": [0, null]}', /group 'h' is not a permutation/],
    ['{"h": [0], "h": [0]}', /twice/],
    ['{"__proto__": [0]}', /named '__proto__'/],
    ['null', /not a JSON object/],
  ])('%s is refused', (json, message) => {
    expect(() => parsePermutations(json)).toThrow(InvalidInputError);
    expect(() => parsePermutations(json)).toThrow(message);
  });
});
