import { effectOf } from './effectOf';
import type { ResolvedNetwork } from './mergeNorms';
import { mergePairs } from './mergePairs';
import { unitGrams } from './unitGrams';

/**
 * Distributes the same total number of units over the groups where merges cost least: until the total is reached, the
 * group whose next merge has the least cost, relative to the effect of its units, gets one unit less.
 *
 * @param groups - The groups with the number of units of each.
 * @param total - The number of units of all after folding.
 */
export async function allocateByError(
  network: ResolvedNetwork,
  groups: Readonly<Record<string, number>>,
  total: number,
  yieldPoint: () => Promise<void>,
): Promise<Record<string, number>> {
  const names = Object.keys(groups);
  const costs = new Map<string, readonly number[]>();
  for (const name of names) {
    const grams = await unitGrams(network.resolved, network.params, name);
    const merges = await mergePairs(grams, 1, yieldPoint);
    const effect = effectOf(grams, 'pairs');
    costs.set(
      name,
      merges.costs.map((cost) => cost / effect),
    );
  }
  const sizes = { ...groups };
  const next = (name: string) => costs.get(name)![groups[name] - sizes[name]] ?? Infinity;
  for (let left = names.reduce((sum, name) => sum + groups[name], 0); left > total; left--) {
    const cheapest = names.reduce((best, name) => (next(name) < next(best) ? name : best));
    sizes[cheapest]--;
  }
  return sizes;
}
