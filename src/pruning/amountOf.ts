import { assertChoice, assertInteger, shown } from '../checks';
import { invalid } from '../errors';
import type { Layer } from './pruneSmallest';

/** The weights among which magnitudes are compared: all prunable ones together, or those of each parameter. */
export type PruningScope = 'global' | 'layer';

/** The weights to prune in total, as a fraction or a number; those that are pruned already are included. */
export type Amount = { readonly sparsity: number } | { readonly count: number };

/** The amount by exactly one of two options. Throws unless one is given, and it is in range. */
export function amountOf(sparsity?: number, count?: number): Amount {
  if ((sparsity === undefined) === (count === undefined)) {
    throw invalid(
      `expected either sparsity or count, received ${sparsity === undefined ? 'neither' : 'both'}`,
      'Pass the fraction of the prunable weights to prune, or their number',
      { param: 'sparsity', received: sparsity },
    );
  }
  if (sparsity !== undefined) {
    assertSparsity('sparsity', sparsity);
    return { sparsity };
  }
  assertInteger('count', count, 0, 'It is the number of weights that are pruned in total');
  return { count };
}

/**
 * Throws unless the sparsity is a number in [0, 1).
 *
 * @param what - The name of the sparsity in the message.
 * @param param - The option that it comes from. Default: `what`.
 */
export function assertSparsity(what: string, sparsity: number, param = what): void {
  if (!(typeof sparsity === 'number' && sparsity >= 0 && sparsity < 1)) {
    throw invalid(
      `${what} must be in [0, 1), received ${shown(sparsity)}`,
      'It is the fraction of the prunable weights that are pruned: 0.8 keeps a fifth',
      { param, received: sparsity },
    );
  }
}

/** Throws unless the scope is `global` or `layer`. */
export function assertScope(scope: PruningScope): void {
  assertChoice('scope', scope, ['global', 'layer']);
}

/**
 * The number of weights to prune in each set of layers in total, [sets]. Under scope `global` one set has all
 * layers, under `layer` each layer is a set. A sparsity s prunes round(s·n) of the n weights of a set, halves
 * rounded up. A count k prunes round(x·nᵢ) of the i-th set, with the x for which the sum is k.
 *
 * @throws InvalidInputError when there are fewer weights than the count, or more of a set are pruned already.
 */
export function totalsOf(sets: readonly (readonly Layer[])[], amount: Amount): readonly number[] {
  const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0);
  const sizes = sets.map((layers) => sum(layers.map(({ kept }) => kept.length)));
  if ('count' in amount && amount.count > sum(sizes)) {
    throw invalid(
      `count is ${amount.count}, but there are ${sum(sizes)} prunable weights`,
      'Pass a count of at most that many, or a sparsity',
      { param: 'count', received: amount.count },
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
        'The total includes them: pass a greater sparsity or count, or leave the mask out',
        'count' in amount
          ? { param: 'count', received: amount.count }
          : { param: 'sparsity', received: amount.sparsity },
      );
    }
  }
  return totals;
}

/**
 * Whole shares of a count k in proportion to sizes: round(x·nᵢ), with sum k (the method of Sainte-Laguë). No
 * share falls when the count rises; the method of largest remainders does not guarantee that. The shares start
 * from lower bounds. Then units go one by one to the greatest nᵢ / (2·shareᵢ + 1), the first among equals.
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
