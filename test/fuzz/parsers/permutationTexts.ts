import { isDeepStrictEqual } from 'node:util';
import { readPermutations } from '../../../src/cli/readPermutations';
import { parsePermutations, serializePermutations } from '../../../src/io';
import { isPermutation, type Permutations, permutationsFrom } from '../../../src/permutation';
import { type FuzzedParser, unsound } from '../fuzzedParser';
import { mutatedJson } from '../mutations/mutatedJson';
import { scratchFile } from '../scratchFile';
import { parsed } from './parsed';

const inputs = mutatedJson(
  [{ h: [2, 0, 1] }, { a: [0], b: [1, 0], 'c/d': [3, 2, 1, 0, 4] }, { h: [] }],
  ['h', 'a', 'b'],
);

/** Permutations as JSON, and as data. */
export const permutationTexts: readonly FuzzedParser<string>[] = [
  {
    name: 'permutations',
    inputs,
    parse(text) {
      const permutations = parsePermutations(text);
      assertPermutations(permutations);
      const again = parsePermutations(serializePermutations(permutations));
      if (!isDeepStrictEqual(permutations, again)) throw unsound('a written copy differs');
    },
  },
  {
    name: 'permutations-data',
    inputs,
    parse(text) {
      const plain = parsed(text);
      if (plain !== undefined) assertPermutations(permutationsFrom(plain as never));
    },
  },
  {
    name: 'permutations-file',
    inputs: mutatedJson(
      [{ command: 'align', objective: 1.5, permutations: { h: [2, 0, 1], g: [0] } }],
      ['permutations', 'h', 'g'],
    ),
    parse: async (text) => assertPermutations(await readPermutations(scratchFile('p.json', text))),
  },
];

function assertPermutations(permutations: Permutations): void {
  for (const [group, p] of Object.entries(permutations)) {
    const isSound = p instanceof Int32Array && isPermutation(p) && new Set(p).size === p.length;
    if (!isSound) throw unsound(`'${group}' is no permutation`);
  }
}
