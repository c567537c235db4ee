import { isRecord } from '../checks';
import { parsePermutations } from '../io';
import { parseStrictJson } from '../io/internal';
import type { Permutations } from '../permutation';
import { aboutInput } from './aboutInput';
import { readText } from './readText';

/** Reads permutations from a file: those that `align` writes with `-o`, or its JSON result. */
export async function readPermutations(path: string): Promise<Permutations> {
  const text = await readText('permutations', path);
  return aboutInput(`the permutations '${path}'`, () => {
    const { permutations } = parseStrictJson(text, 'the text', "Write it with 'perm-lmc align'");
    return parsePermutations(isRecord(permutations) ? JSON.stringify(permutations) : text);
  });
}
