import { assertOptions } from '../checks';
import { invalid, named } from '../errors';

/** The similarity of paired units by group, from `similarityStatistics`: plain data. */
export interface SimilarityStatistics {
  /** The quantiles, from 0 (the least) to 1 (the greatest), ascending. */
  readonly quantiles: readonly number[];
  /** The quantiles of each group. */
  readonly groups: Readonly<Record<string, GroupSimilarity>>;
}

/** How alike the paired units of one group are. */
export interface GroupSimilarity {
  /** How many units the group has. */
  readonly units: number;
  /** Quantiles before matching, in the order of `quantiles`; null where they were not given. */
  readonly before: readonly number[] | null;
  /** Quantiles after matching. */
  readonly after: readonly number[];
}

/** Options of {@link similarityStatistics}. */
export interface SimilarityStatisticsOptions {
  /** The similarity of the same units before they were matched. Default: not known. */
  before?: Readonly<Record<string, ArrayLike<number>>> | null;
  /** The quantiles, each from 0 to 1, ascending. Default 0, 0.1, 0.25, 0.5, 0.75, 0.9, 1. */
  quantiles?: readonly number[];
}

/** The similarities of a match: a `MatchResult` fits. */
export interface MatchedSimilarity {
  /** For each group how alike each unit is to its partner. */
  readonly similarity: Readonly<Record<string, ArrayLike<number>>>;
  /** Its groups are reported in their order. Default: those of `similarity`. */
  readonly permutations?: Readonly<Record<string, unknown>>;
}

/**
 * How alike the paired units of two networks are, by group: quantiles of the similarities of a match, and
 * of those before it. A quantile q of n values is the value at place q·(n − 1) in their order, interpolated
 * linearly.
 *
 * A match tells the similarity of the units that it has paired. What it was before is `unitSimilarity(spec,
 * a, b)` for weights, which needs no match and no n × n matrix; for activations it is the similarity of a
 * match whose `solver` moves nothing.
 *
 * @param match - The result of a matcher, or any similarities by group and unit.
 * @param options - All have defaults.
 * @returns Plain data.
 * @throws InvalidInputError when there are other groups or sizes before, a group is empty or holds what is
 * no finite number, or quantiles are not ascending in [0, 1].
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
  { similarity, permutations = similarity }: MatchedSimilarity,
  options: SimilarityStatisticsOptions = {},
): SimilarityStatistics {
  return named('similarityStatistics', () => {
    assertOptions(options, { before: true, quantiles: true });
    const { before = null, quantiles = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1] } = options;
    assertQuantiles(quantiles);
    const groups = Object.keys(permutations).map((group): [string, GroupSimilarity] => {
      const values = similarity[group];
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
    return below + (place % 1) * (above - below) + 0; // + 0: JSON has no −0.
  });
}

function assertQuantiles(quantiles: readonly number[]): void {
  const sound = quantiles.every(
    (quantile, i) => quantile >= 0 && quantile <= 1 && (i === 0 || quantile > quantiles[i - 1]),
  );
  if (sound && quantiles.length > 0) return;
  throw invalid(
    `quantiles must ascend inside [0, 1], received [${quantiles}]`,
    'Pass such as [0.25, 0.5, 0.75]',
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
    );
  }
  for (const values of before ? [after, before] : [after]) {
    const at = Array.from(values).findIndex((value) => !Number.isFinite(value));
    if (at < 0) continue;
    throw invalid(
      `the similarity of unit ${at} of group '${group}' is ${values[at]}`,
      'Similarities are finite numbers: did the training diverge?',
    );
  }
}
