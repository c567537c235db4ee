import { type Permutations, type PlainPermutations, permutationsFrom } from 'perm-lmc';
import { type Kept, keptValue } from '../cells';

/** Permutations that are found once and kept. */
export async function keptPermutations(
  kept: Kept<PlainPermutations>,
  key: string,
  find: () => Promise<Permutations>,
): Promise<Permutations> {
  const plain = await keptValue(kept, key, async () => {
    const found = Object.entries(await find());
    return Object.fromEntries(found.map(([group, p]) => [group, Array.from(p)]));
  });
  return permutationsFrom(plain);
}
