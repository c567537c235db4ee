import { type Permutations, type PlainPermutations, permutationsFrom } from 'perm-lmc';
import { type Kept, keptValue } from './cells';
import { plainPermutations } from './plainPermutations';

/** Permutations that are found once and kept. */
export async function keptPermutations(
  kept: Kept<PlainPermutations>,
  key: string,
  find: () => Promise<Permutations>,
): Promise<Permutations> {
  return permutationsFrom(await keptValue(kept, key, async () => plainPermutations(await find())));
}
