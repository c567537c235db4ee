import { about } from '../errors';
import { parsePermutations } from '../io';
import { isJsonObject, parseStrictJson } from '../io/internal';
import type { Permutations } from '../permutation';
import { readText } from './readText';

/** The permutations of a file that `align` wrote with `-o`, or on standard output. */
export async function readPermutations(path: string): Promise<Permutations> {
  const text = await readText('permutations', path);
  const { permutations } = about(`'${path}'`, () => parseStrictJson(text, 'the text'));
  return parsePermutations(isJsonObject(permutations) ? JSON.stringify(permutations) : text);
}
