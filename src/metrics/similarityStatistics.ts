import { assertObject, assertOptions, shown } from '../checks';
import { invalid, named } from '../errors';

/** The result of `similarityStatistics`, the similarity of paired units by group: plain data. */
export interface SimilarityStatistics {
  /** The quantiles, ascending in [0, 1]: 0 is the least value, 1 the greatest. */
  readonly quantiles: readonly number[];
  /** The similarities of each group. */
  readonly groups: Readonly<Record<string, GroupSimilarity>>;
}

/** The similarity of the paired units of one group. */
export interface GroupSimilarity {
  /** The number of units in the group. */
  readonly units: number;
  /** Quantiles before matching, in the order of `quantiles`; null if they were not given. */
  readonly before: readonly number[] | null;
  /** Quantiles after matching, in the order of `quantiles`. */
  readonly after: readonly number[];
}

/** Options of {@link similarityStatistics}. */
export interface SimilarityStatisticsOptions {
  /** For each group the similarities [units] of the same units before matching. Default null: not known. */
  before?: Readonly<Record<string, ArrayLike<number>>> | null;
  /** The quantiles, each from 0 to 1, ascending. Default 0, 0.1, 0.25, 0.5, 0.75, 0.9, 1. */
  quantiles?: readonly number[];
}

/** The similarities of a match: a `MatchResult` fits. */
export interface MatchedSimilarity {
  /** For each group the similarity of each unit to its partner: [units]. */
  readonly similarity: Readonly<Record<string, ArrayLike<number>>>;
  /** The groups to report, in this order. Default: those of `similarity`. */
  readonly permutations?: Readonly<Record<string, unknown>>;
}

/**
 * Quantiles of the similarity of paired units, by group, after a match and before it. The quantile q of n
 * values is the value at position q·(n − 1) of the sorted values, interpolated linearly.
 *
 * A match holds the similarities after it. For weights, `unitSimilarity(spec, a, b)` gives those before,
 * without a match or an n × n matrix. For activations, take the similarity of a match whose `solver` returns
 * the identity.
 *
 * @param match - The result of a matcher, or for each group similarities [units].
 * @param options - All have defaults.
 * @returns Plain data.
 * @throws InvalidInputError if the groups or sizes before and after differ, a group is empty, a similarity is
 * not a finite number, or `quantiles` do not ascend in [0, 1].
 * @see Sharma et al. 2024 (arXiv 2404.06498).
 *
 * @example
 * ```ts given=networks
 * import { similarityStatistics, unitSimilarity, weightMatch } from 'perm-lmc';
 *
 * const match = await weightMatch(spec, a, b);
 * const statistics = similarityStatistics(match, { before: await unitSimilarity(spec, a, b) });
 * statistics.groups.h1.after[3]; // the median of the first layer
 * ```
 */
export function similarityStatistics(
  match: MatchedSimilarity,
  options: SimilarityStatisticsOptions = {},
): SimilarityStatistics {
  return named('similarityStatistics', () => {
    assertOptions(options, { before: true, quantiles: true });
    const { before = null, quantiles = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1] } = options;
    assertQuantiles(quantiles);
    assertSimilarity('match', match);
    const { similarity, permutations = similarity } = match;
    assertSimilarity('similarity', similarity);
    assertSimilarity('permutations', permutations);
    if (before !== null) assertSimilarity('before', before);
    const groups = Object.keys(permutations).map((group): [string, GroupSimilarity] => {
      const values = Object.hasOwn(similarity, group) ? similarity[group] : [];
      const own = before && (Object.hasOwn(before, group) ? before[group] : []);
      assertValues(group, values, own);
      return [
        group,
        {
          units: values.length,
          before: own && quantilesOf(own, quantiles),
          after: quantilesOf(values, quantiles),
        },
      ];
    });
    return { quantiles: [...quantiles], groups: Object.fromEntries(groups) };
  });
}

function quantilesOf(values: ArrayLike<number>, quantiles: readonly number[]): number[] {
  const sorted = Float64Array.from(values).sort();
  return quantiles.map((quantile) => {
    const place = quantile * (sorted.length - 1);
    const below = sorted[Math.floor(place)];
    const above = sorted[Math.ceil(place)];
    return below + (place % 1) * (above - below) + 0; // + 0 turns −0 into 0: JSON has no −0.
  });
}

function assertSimilarity(param: string, record: unknown): void {
  assertObject(param, record, 'Pass the result of a matcher, or { similarity: { h: [units] } }');
}

function assertQuantiles(quantiles: readonly number[]): void {
  const sound =
    Array.isArray(quantiles) &&
    quantiles.every(
      (quantile, i) =>
        typeof quantile === 'number' &&
        quantile >= 0 &&
        quantile <= 1 &&
        (i === 0 || quantile > quantiles[i - 1]),
    );
  if (sound && quantiles.length > 0) return;
  throw invalid(
    `quantiles must ascend in [0, 1], received ${Array.isArray(quantiles) ? `[${quantiles}]` : shown(quantiles)}`,
    'Pass quantiles such as [0.25, 0.5, 0.75]',
    { param: 'quantiles', received: quantiles },
  );
}

function assertValues(
  group: string,
  after: ArrayLike<number>,
  before: ArrayLike<number> | null,
): void {
  if (after.length === 0 || (before && before.length !== after.length)) {
    throw invalid(
      `group '${group}' has ${after.length} units after matching${before ? ` and ${before.length} before` : ''}`,
      'Pass the similarities of the same units of one pair of networks',
      { param: before ? 'before' : 'similarity', received: before ? before.length : after.length },
    );
  }
  for (const values of before ? [after, before] : [after]) {
    const at = Array.from(values).findIndex((value) => !Number.isFinite(value));
    if (at < 0) continue;
    throw invalid(
      `the similarity of unit ${at} of group '${group}' is ${values[at]}`,
      'Pass finite numbers; check that the training did not diverge',
      { param: values === after ? 'similarity' : 'before', received: values[at] },
    );
  }
}
