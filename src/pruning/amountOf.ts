import { assertChoice, assertInteger } from '../checks';
import { invalid } from '../errors';
import type { Layer } from './pruneSmallest';

/** Over which weights magnitudes are compared: all prunable ones together, or those of each parameter. */
export type PruningScope = 'global' | 'layer';

/** How many weights to prune in total, those included that are pruned already. */
export type Amount = { readonly sparsity: number } | { readonly count: number };

/** The amount that is asked for. Throws unless exactly one of the two is, and it is in range. */
export function amountOf(sparsity?: number, count?: number): Amount {
  if ((sparsity === undefined) === (count === undefined)) {
    throw invalid(
      `expected either sparsity or count, received ${sparsity === undefined ? 'neither' : 'both'}`,
      'Pass the fraction of the prunable weights to prune, or their number',
    );
  }
  if (sparsity !== undefined) {
    assertSparsity('sparsity', sparsity);
    return { sparsity };
  }
  assertInteger('count', count, 0, 'It is the number of weights that are pruned in total');
  return { count };
}

/** Throws unless the sparsity is a number in [0, 1). */
export function assertSparsity(what: string, sparsity: number): void {
  if (!(sparsity >= 0 && sparsity < 1)) {
    throw invalid(
      `${what} must be in [0, 1), received ${sparsity}`,
      'It is the fraction of the prunable weights that are pruned: 0.8 keeps a fifth',
    );
  }
}

/** Throws unless the scope is one that is known. */
export function assertScope(scope: PruningScope): void {
  assertChoice('scope', scope, ['global', 'layer']);
}

/**
 * How many weights each set of layers has pruned in the end, sets being all layers or one each. A
 * sparsity s asks round(s·n) of a set of n weights, halves rounded up. A count k asks round(x·nᵢ) of the
 * i-th set, with the x for which that sums to k.
 *
 * @throws InvalidInputError when a set is asked for more than it has, or for less than is pruned already.
 */
export function totalsOf(sets: readonly (readonly Layer[])[], amount: Amount): readonly number[] {
  const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0);
  const sizes = sets.map((layers) => sum(layers.map(({ kept }) => kept.length)));
  if ('count' in amount && amount.count > sum(sizes)) {
    throw invalid(
      `count is ${amount.count}, but there are ${sum(sizes)} prunable weights`,
      'It is the number of weights that are pruned in total',
    );
  }
  const totals =
    'count' in amount
      ? shares(amount.count, sizes)
      : sizes.map((size) => Math.round(amount.sparsity * size));
  for (const [i, layers] of sets.entries()) {
    const before = sum(layers.map(({ pruned }) => pruned));
    if (totals[i] < before) {
      const where = sets.length > 1 ? ` of '${layers[0].name}'` : '';
      throw invalid(
        `${totals[i]} of the ${sizes[i]} prunable weights${where} should be pruned, but the mask prunes ${before} already`,
        'What is asked for includes them; ask for as many at least, or leave the mask out',
      );
    }
  }
  return totals;
}

/**
 * Whole shares of a count in proportion to sizes: round(x·nᵢ), with sum k (the method of Sainte-Laguë). No
 * share falls when the count rises, which largest remainders do not promise. The seats are given one by
 * one to the greatest nᵢ / (2·shareᵢ + 1), the first among equals, from where none can be too many yet.
 */
function shares(count: number, sizes: readonly number[]): number[] {
  const total = sizes.reduce((sum, n) => sum + n, 0);
  const least = Math.max(0, count - sizes.length / 2) / Math.max(1, total);
  const result = sizes.map((size) => Math.max(0, Math.ceil(least * size - 1)));
  let left = count - result.reduce((sum, share) => sum + share, 0);
  for (; left > 0; left--) {
    const claims = sizes.map((size, i) => size / (2 * result[i] + 1));
    result[claims.indexOf(Math.max(...claims))]++;
  }
  return result;
}
