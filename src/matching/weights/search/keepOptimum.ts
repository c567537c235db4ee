import type { Permutations } from '../../../permutation';
import type { Optimum } from './searchChain';

/** Optima that differ in a smaller share of all units count as one. */
const SAME = 0.1;

/** Optima with another one added, best first. Of optima that are nearly the same the best is kept. */
export function keepOptimum(
  optima: readonly Optimum[],
  { permutations, objective }: Optimum,
  most: number,
): Optimum[] {
  const added = { permutations, objective };
  const like = optima.filter((each) => shareMoved(each.permutations, permutations) < SAME);
  if (like.some((each) => each.objective >= objective)) return [...optima];
  return [...optima.filter((each) => !like.includes(each)), added]
    .sort((one, other) => other.objective - one.objective)
    .slice(0, most);
}

/** The share of all units that two sets of permutations place differently. */
function shareMoved(some: Permutations, others: Permutations): number {
  let [moved, units] = [0, 0];
  for (const [name, p] of Object.entries(some)) {
    units += p.length;
    for (let i = 0; i < p.length; i++) if (p[i] !== others[name][i]) moved++;
  }
  return moved / units;
}
