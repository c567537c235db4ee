import { assertCheckpoints, withCheckpoints } from './checkpoint';
import { assertMatcher, type ConnectivityOptions } from './connectivityOptions';
import { createExperiment, type Experiment } from './experiment';
import { type Networks, namedNetworks, type PairOfNetworks, pairsOf } from './networks';
import type { WeakConnectivityReport, WeakPair } from './reports';

/**
 * Weak linear connectivity modulo permutation: for each pair (A, B) of a set of networks, is there a
 * permutation P of its own with
 *
 *     barrier(A, P[B]) ≤ ε ?
 *
 * For every pair a permutation is found, and the barrier measured with and without it. At most two networks
 * that were loaded, and a permuted copy of one, are in memory at once.
 *
 * @param networks - Two or more, by name or as a list: params, or functions that load them, which are called
 * once for each pair. All of the same names, shapes and dtypes.
 * @param options - `spec`, `match`, `evaluate` and `tolerance` (ε); all others have defaults.
 * @returns Plain data, which JSON keeps as it is.
 * @throws InvalidInputError when there are fewer than two networks, they differ, one cannot be loaded, options
 * are out of range, `match` gives no permutations of the spec, or `evaluate` not the metric. AbortError on
 * abort; what was finished until then went to `onCell`.
 * @see Sharma et al. 2024 (arXiv 2404.06498); Entezari et al. 2022 (arXiv 2110.06296).
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { classificationEvaluator, type Params, permutationSpec, weakConnectivity, weightMatch } from 'perm-lmc';
 *
 * const spec = permutationSpec({ in: '_ h', out: 'h _' });
 * const network = () => ({ in: tf.randomNormal([4, 8]), out: tf.randomNormal([8, 2]) });
 * const forward = (p: Params, x: tf.Tensor) =>
 *   tf.matMul(tf.relu(tf.matMul(x as tf.Tensor2D, p.in as tf.Tensor2D)), p.out as tf.Tensor2D);
 * const data = { x: tf.randomNormal([10, 4]), y: tf.zeros([10], 'int32') };
 * const report = await weakConnectivity({ first: network(), second: network() }, {
 *   spec,
 *   match: (a, b, { signal }) => weightMatch(spec, a, b, { signal }),
 *   evaluate: classificationEvaluator(forward, data),
 *   tolerance: 0.05,
 * });
 * report.verdict.holds; // whether the barrier of every pair is at most 0.05 nats
 * ```
 */
export async function weakConnectivity<Metric extends string>(
  networks: Networks,
  {
    match,
    metric = 'loss' as NoInfer<Metric>,
    points = 25,
    baseline = 'linear',
    finished = {},
    ...options
  }: ConnectivityOptions<Metric>,
): Promise<WeakConnectivityReport<Metric>> {
  const fn = 'weakConnectivity';
  const named = namedNetworks(fn, networks, 2, 'There is nothing to connect otherwise');
  assertMatcher(fn, 'match', match);
  assertCheckpoints(fn, named);
  const pairs = pairsOf(named);
  const filled = { ...options, metric, points, baseline, finished };
  const experiment = createExperiment(fn, filled, 3 * pairs.length);
  const measured: WeakPair<Metric>[] = [];
  for (const pair of pairs) measured.push(await weakPair(fn, experiment, pair, match));
  return {
    claim: 'weak',
    names: named.map(({ name }) => name),
    pairs: measured,
    verdict: experiment.verdict(measured.map(({ matched }) => matched)),
    unmatched: experiment.verdict(measured.map(({ unmatched }) => unmatched)),
  };
}

async function weakPair<Metric extends string>(
  fn: string,
  { cells, match: matched, barrier }: Experiment<Metric>,
  { a, b }: PairOfNetworks,
  match: ConnectivityOptions<Metric>['match'],
): Promise<WeakPair<Metric>> {
  const keys = ['match', 'unmatched', 'matched'].map((what) => `${what} ${a.name} ${b.name}`);
  return withCheckpoints(fn, keys.every(cells.has) ? [] : [a, b], async ([first, second]) => {
    const permutations = await cells.get(keys[0], () => matched(match, first, second));
    const from = { params: first, by: null };
    const unmatched = await cells.get(keys[1], () => barrier(from, { params: second, by: null }));
    const aligned = await cells.get(keys[2], () =>
      barrier(from, { params: second, by: permutations }),
    );
    return { a: a.name, b: b.name, unmatched, matched: aligned, permutations };
  });
}
