import type { Permutation } from '../../permutation';
import type { ResolvedGroup } from '../../symmetry/internal';
import { assignFamily, type FamilyProblem } from './assignFamily';
import { hasMoved } from './candidateGains';
import type { Family } from './family';
import { largestSize } from './largestSize';

/** The bonuses for units that stay, in units of the largest entry of their gram. */
const BONUSES = [0.1, 0.2, 0.4, 0.8, 1.6];

/** The number of swaps that are tried. On Gaussian problems and noisy copies, all swaps found hardly more. */
const SWAPS = 4;

/**
 * Candidates for a family whose linearised step lowers the objective, the largest steps first.
 *
 * With a group on two axes the objective is q(P) = ⟨L, P⟩ + ⟨A, P B Pᵀ⟩, and exactly
 * q(Q) = q(P) + ⟨G, D⟩ + ⟨A, D B Dᵀ⟩ with D = Q − P. The gram G ignores the last term, which grows with the
 * number of units that move. Fewer move in the assignment of G + μ·max|G|·P, for increasing μ, and two in a swap:
 * those of greatest gain by G are tried, in a family without groups inside.
 */
export function* smallerSteps(
  family: Family,
  problem: FamilyProblem,
): Generator<Record<string, Permutation>> {
  const { group, children } = family;
  for (const bonus of BONUSES) {
    const damped = assignFamily(family, withBonus(problem, bonus));
    if (!hasMoved(Object.keys(damped), problem.current, damped)) break;
    yield damped;
  }
  const gram = problem.grams.get(group.name);
  if (children.length > 0 || !gram) return;
  const p = problem.current[group.name];
  for (const [i, k] of bestSwaps(gram, group, p)) yield { [group.name]: swapped(p, i, k) };
}

/** The problem with the grams G + bonus·max|G|·P of all groups that are not held. */
function withBonus({ grams, current, held, solver }: FamilyProblem, bonus: number): FamilyProblem {
  const damped = new Map(
    Array.from(grams, ([name, gram]): [string, Float32Array | null] => [
      name,
      gram && !held.has(name) ? dampedGram(gram, current[name], bonus) : gram,
    ]),
  );
  return { grams: damped, current, held, solver };
}

function dampedGram(gram: Float32Array, p: Permutation, bonus: number): Float32Array {
  const damped = gram.slice();
  const added = bonus * largestSize(gram);
  p.forEach((unit, i) => {
    damped[i * p.length + unit] += added;
  });
  return damped;
}

/** The swaps i, k of greatest gain G[i, p[k]] + G[k, p[i]] − G[i, p[i]] − G[k, p[k]], inside the blocks of a group. */
function bestSwaps(gram: Float32Array, { inner, size: n }: ResolvedGroup, p: Permutation) {
  const best: { readonly gain: number; readonly pair: readonly [number, number] }[] = [];
  let least = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < n; k++) {
    const stays = gram[k * n + p[k]];
    for (let i = k - (k % inner); i < k; i++) {
      const gain = gram[i * n + p[k]] + gram[k * n + p[i]] - gram[i * n + p[i]] - stays;
      if (gain <= least) continue;
      best.push({ gain, pair: [i, k] });
      best.sort((x, y) => y.gain - x.gain);
      best.splice(SWAPS);
      if (best.length === SWAPS) least = best[SWAPS - 1].gain;
    }
  }
  return best.map(({ pair }) => pair);
}

function swapped(p: Permutation, i: number, k: number): Permutation {
  const q = p.slice();
  [q[i], q[k]] = [p[k], p[i]];
  return q;
}
