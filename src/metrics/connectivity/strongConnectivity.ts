import { invalid } from '../../errors';
import type { Matcher } from '../../matching/matcher';
import type { Params } from '../../params/params';
import type { Permutations } from '../../permutation/permutation';
import { assertCheckpoints, type NamedCheckpoint, withCheckpoints } from './checkpoint';
import { assertMatcher, type ConnectivityOptions } from './connectivityOptions';
import { createExperiment, type Experiment } from './experiment';
import { type Networks, namedNetworks, type PairOfNetworks, pairsOf } from './networks';
import type {
  PlainPermutations,
  StrongConnectivityReport,
  StrongPair,
  StrongPairKind,
} from './reports';

/**
 * Finds one permutation for each of several networks at once, such as a cycle-consistent match; the one of
 * the reference is the identity or not, as it likes.
 */
export type JointMatcher = (
  networks: readonly Params[],
  options: { readonly signal?: AbortSignal },
) => Promise<readonly Permutations[]>;

/** Options of {@link strongConnectivity}. */
export interface StrongConnectivityOptions<Metric extends string = string>
  extends Omit<ConnectivityOptions<Metric>, 'match'> {
  /** Matches each network to the reference; needed unless `matchAll` is there, and for `own`. */
  match?: Matcher;
  /** Finds all permutations at once, instead. All networks are in memory for it. */
  matchAll?: JointMatcher;
  /** The index of the network that the others are matched to. Default 0. */
  reference?: number;
  /** Whether to match pairs that are not direct to each other, too, and to measure their barrier then. Default true where there is a `match`. */
  own?: boolean;
  /** Into how many steps each edge of the simplex is cut; ≥ 1. Default 3. */
  resolution?: number;
}

/**
 * Strong linear connectivity modulo permutation: has each network of a set one permutation Pᵢ such that
 *
 *     barrier(Pᵢ[θᵢ], Pⱼ[θⱼ]) ≤ ε     for every pair, and more strongly on the whole simplex ?
 *
 * Each network is matched to the reference. So pairs without the reference are *indirect*: their networks
 * were never matched to each other, and their barrier says whether the permutations agree.
 *
 * At most two networks that were loaded, and permuted copies of them, are in memory at once for the pairs;
 * all of them for the simplex and for `matchAll`.
 *
 * @param networks - Three or more, by name or as a list: params, or functions that load them. All of the same
 * names, shapes and dtypes.
 * @param options - `spec`, `evaluate`, `tolerance` (ε), and `match` or `matchAll`; all others have defaults.
 * @returns Plain data, which JSON keeps as it is.
 * @throws InvalidInputError when there are fewer than three networks, they differ, one cannot be loaded,
 * options are out of range, permutations do not fit the spec, or `evaluate` does not give the metric.
 * AbortError on abort; what was finished until then went to `onCell`.
 * @see Sharma et al. 2024 (arXiv 2404.06498); Crisostomi et al. 2024 (arXiv 2405.17897) on joint matches.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { permutationSpec, strongConnectivity, weightMatch } from 'perm-lmc';
 *
 * const spec = permutationSpec({ w: 'h' });
 * const networks = [[1, 2, 3], [3, 1, 2], [2, 3, 1]].map((w) => ({ w: tf.tensor1d(w) }));
 * const evaluate = async ({ w }: tf.NamedTensorMap) => {
 *   const [x, y, z] = [...(await w.data())].sort();
 *   return { loss: (x - 1) ** 2 + (y - 2) ** 2 + (z - 3) ** 2 };
 * };
 * const report = await strongConnectivity(networks, {
 *   spec,
 *   match: (a, b, { signal }) => weightMatch(spec, a, b, { signal }),
 *   evaluate,
 *   tolerance: 1e-6,
 * });
 * report.verdict.holds; // true: they are one network in three orders
 * ```
 */
export async function strongConnectivity<Metric extends string>(
  networks: Networks,
  {
    match,
    matchAll,
    reference = 0,
    own = match !== undefined,
    resolution = 3,
    metric = 'loss' as NoInfer<Metric>,
    points = 25,
    baseline = 'linear',
    finished = {},
    ...options
  }: StrongConnectivityOptions<Metric>,
): Promise<StrongConnectivityReport<Metric>> {
  const fn = 'strongConnectivity';
  const named = namedNetworks(fn, networks, 3, 'Of two networks, weakConnectivity tells all');
  if (matchAll) assertMatcher(fn, 'matchAll', matchAll);
  if (!matchAll || own) assertMatcher(fn, 'match', match);
  assertReference(fn, reference, named.length);
  assertResolution(fn, resolution);
  assertCheckpoints(fn, named);
  const kindOf = ({ i, j }: PairOfNetworks): StrongPairKind =>
    matchAll ? 'joint' : i === reference || j === reference ? 'direct' : 'indirect';
  const pairs = pairsOf(named).map((pair) => ({ ...pair, kind: kindOf(pair) }));
  const owned = own ? pairs.filter(({ kind }) => kind !== 'direct').length : 0;
  const matches = matchAll ? 1 : named.length - 1;
  const experiment = createExperiment(
    fn,
    {
      ...options,
      metric,
      points,
      baseline,
      finished,
      ownSettings: { reference, resolution, joint: matchAll !== undefined },
    },
    matches + 2 * pairs.length + 2 * owned + 2,
  );
  const { cells, verdict } = experiment;

  const permutations = matchAll
    ? await jointPermutations(fn, experiment, named, matchAll, options.signal)
    : await permutationsTo(fn, experiment, named, reference, match!);
  const measured: StrongPair<Metric>[] = [];
  for (const pair of pairs) {
    const matcher = own && pair.kind !== 'direct' ? match! : null;
    measured.push(await strongPair(fn, experiment, pair, permutations, matcher));
  }

  /** The barrier on the simplex of all networks under these permutations. */
  const surface = (key: string, by: (i: number) => PlainPermutations | null) =>
    withCheckpoints(fn, cells.has(key) ? [] : named, (all) =>
      cells.get(key, () =>
        experiment.simplex(
          all.map((params, i) => ({ params, by: by(i) })),
          resolution,
        ),
      ),
    );
  const simplex = await surface('simplex matched', (i) => permutations[i]);
  const unmatchedSimplex = await surface('simplex unmatched', () => null);
  return {
    claim: 'strong',
    names: named.map(({ name }) => name),
    reference,
    permutations,
    pairs: measured,
    simplex,
    unmatchedSimplex,
    verdict: verdict(measured.map(({ matched }) => matched)),
    simplexVerdict: verdict([simplex]),
    unmatchedVerdict: verdict(measured.map(({ unmatched }) => unmatched)),
    unmatchedSimplexVerdict: verdict([unmatchedSimplex]),
  };
}

/** Each network matched to the reference, whose own permutation is the identity. */
async function permutationsTo<Metric extends string>(
  fn: string,
  { cells, match: matched }: Experiment<Metric>,
  named: readonly NamedCheckpoint[],
  reference: number,
  match: Matcher,
): Promise<PlainPermutations[]> {
  const permutations: PlainPermutations[] = [];
  for (const [i, network] of named.entries()) {
    if (i === reference) continue;
    const key = `match ${named[reference].name} ${network.name}`;
    permutations[i] = await withCheckpoints(
      fn,
      cells.has(key) ? [] : [named[reference], network],
      ([a, b]) => cells.get(key, () => matched(match, a, b)),
    );
  }
  permutations[reference] = identityLike(permutations.find((each) => each !== undefined)!);
  return permutations;
}

/** All networks matched at once. */
async function jointPermutations<Metric extends string>(
  fn: string,
  { cells, plain }: Experiment<Metric>,
  named: readonly NamedCheckpoint[],
  matchAll: JointMatcher,
  signal: AbortSignal | undefined,
): Promise<readonly PlainPermutations[]> {
  const key = 'match all';
  return withCheckpoints(fn, cells.has(key) ? [] : named, (networks) =>
    cells.get(key, async () => {
      const found = await matchAll(networks, { signal });
      if (!Array.isArray(found) || found.length !== networks.length) {
        throw invalid(
          fn,
          `matchAll resolved to ${Array.isArray(found) ? found.length : 'no list of'} permutations for ${networks.length} networks`,
          'Resolve to a list with the permutations of each network',
        );
      }
      return found.map((permutations) => plain(networks[0], permutations));
    }),
  );
}

async function strongPair<Metric extends string>(
  fn: string,
  { cells, match: matched, barrier }: Experiment<Metric>,
  { i, j, a, b, kind }: PairOfNetworks & { kind: StrongPairKind },
  permutations: readonly PlainPermutations[],
  match: Matcher | null,
): Promise<StrongPair<Metric>> {
  const key = (what: string) => `${what} ${a.name} ${b.name}`;
  const keys = ['unmatched', 'matched', ...(match ? ['own match', 'own'] : [])].map(key);
  return withCheckpoints(fn, keys.every(cells.has) ? [] : [a, b], async ([first, second]) => {
    const between = (p: PlainPermutations | null, q: PlainPermutations | null) => () =>
      barrier({ params: first, by: p }, { params: second, by: q });
    const unmatched = await cells.get(key('unmatched'), between(null, null));
    const aligned = await cells.get(key('matched'), between(permutations[i], permutations[j]));
    const pair = { i, j, kind, unmatched, matched: aligned };
    if (!match) return { ...pair, own: null, ownPermutations: null };
    const q = await cells.get(key('own match'), () => matched(match, first, second));
    return { ...pair, own: await cells.get(key('own'), between(null, q)), ownPermutations: q };
  });
}

function identityLike(permutations: PlainPermutations): PlainPermutations {
  const entries = Object.entries(permutations);
  return Object.fromEntries(entries.map(([group, p]) => [group, p.map((_, unit) => unit)]));
}

function assertReference(fn: string, reference: number, count: number): void {
  if (Number.isInteger(reference) && reference >= 0 && reference < count) return;
  throw invalid(
    fn,
    `reference must be an index from 0 to ${count - 1}, received ${reference}`,
    'Leave it out for the first network',
  );
}

function assertResolution(fn: string, resolution: number): void {
  if (Number.isInteger(resolution) && resolution >= 1) return;
  throw invalid(
    fn,
    `resolution must be an integer ≥ 1, received ${resolution}`,
    'It is the number of steps along an edge of the simplex; the default is 3',
  );
}
