import { assertOptions } from '../checks';
import { named } from '../errors';
import type { Matcher } from '../matching';
import type { NetworkSource } from '../params';
import { createDeviceYieldPoint, longWork } from '../runtime';
import { foundPermutations, matchedBarrier, unmatchedBarrier } from './comparison';
import type { CellPlan } from './connectivityCell';
import {
  assertMatcher,
  assertSettings,
  CONNECTIVITY_OPTIONS,
  type ConnectivityOptions,
} from './connectivityOptions';
import { cellKey, createCells } from './createCells';
import { namedNetworks } from './namedNetworks';
import type { WeakConnectivityReport, WeakPair } from './reports';
import { verdictOf } from './verdictOf';
import { assertNetworkSources, withNetworkSources } from './withNetworkSources';

/** Options of {@link weakConnectivity}. */
export interface WeakConnectivityOptions<Metric extends string = string>
  extends ConnectivityOptions<Metric> {
  /** Finds the permutations of a pair: `weightMatcher(spec)`, `activationMatcher(spec, …)` or another function. */
  match: Matcher;
}

/**
 * Tests weak linear connectivity modulo permutation. A set of networks has it if each pair (A, B) has a
 * permutation P with
 *
 *     barrier(A, P[B]) ≤ ε.
 *
 * Every pair is measured without a permutation and matched. If networks are given as functions that load them,
 * at most two networks and a permuted copy of one are in memory at once. B is loaded for every pair; A is kept
 * for all pairs in which it comes first.
 *
 * The report is made of cells: the permutations of a pair, and its two barriers. Pass the cells that `onCell`
 * received as `finished` to resume. A resumed report equals an uninterrupted one. Resume with the same networks,
 * matcher and `evaluate`: this is not checked.
 *
 * @param networks - Two or more, by name or in an array: params, or functions that load them. The first network
 * of a pair is the reference.
 * @param options - `spec`, `match`, `evaluate` and `tolerance` are required; all others have defaults.
 * @returns Plain data: the barriers and the permutations of every pair, and the verdicts.
 * @throws InvalidInputError if there are fewer than two networks, they differ (the error names them), options
 * are out of range, `finished` does not fit the report, a network cannot be loaded, the matcher fails or
 * returns permutations that do not fit, or `evaluate` fails or lacks the metric. AbortError on abort.
 * @see Sharma et al. 2024 (arXiv 2404.06498); Ainsworth et al. 2023 (arXiv 2209.04836); Frankle et al. 2020
 * (arXiv 1912.05671).
 *
 * @example
 * ```ts given=networks
 * import { weakConnectivity, weightMatcher } from 'perm-lmc';
 *
 * const report = await weakConnectivity(
 *   { a, b },
 *   { spec, match: weightMatcher(spec), evaluate, tolerance: 0.1, points: 5 },
 * );
 * report.pairs[0].unmatched.loss.max; // without a permutation
 * report.pairs[0].matched.loss.max; // with one
 * report.verdict.holds; // true if all pairs are within 0.1
 * ```
 */
export async function weakConnectivity<Metric extends string>(
  networks: Readonly<Record<string, NetworkSource>> | readonly NetworkSource[],
  options: WeakConnectivityOptions<Metric>,
): Promise<WeakConnectivityReport<Metric>> {
  return named('weakConnectivity', async () => {
    assertOptions(options as WeakConnectivityOptions<string>, {
      ...CONNECTIVITY_OPTIONS,
      match: true,
    });
    const {
      spec,
      match,
      evaluate,
      tolerance,
      metric = 'loss' as NoInfer<Metric>,
      points = 25,
      baseline = 'linear',
      finished = {},
      onCell,
    } = options;
    const { signal, onProgress } = longWork(options);
    const named = namedNetworks(networks, 2);
    assertMatcher(match);
    assertSettings({ evaluate, tolerance, metric, points, baseline });
    const resolved = assertNetworkSources(spec, named);
    const names = named.map(({ name }) => name);
    const plan = planOf(names, { points, baseline });
    const yieldPoint = createDeviceYieldPoint(signal);
    const known = { spec, resolved, count: named.length };
    const keeping = { metric, known, finished, onCell, signal, onProgress, yieldPoint };
    const cell = createCells(plan, keeping);
    const comparison = { spec, evaluate, metric, points, baseline, signal, yieldPoint };

    await yieldPoint();
    const pairs: WeakPair<Metric>[] = [];
    for (const [i, a] of named.entries()) {
      await withNetworkSources(spec, comparison, async (openA) => {
        for (const b of named.slice(i + 1)) {
          await withNetworkSources(spec, comparison, async (openB) => {
            const open: typeof openA = (network) => (network === a ? openA : openB)(network);
            const pair = { a, b, open };
            const key = (what: string) => cellKey(what, a.name, b.name);
            const unmatched = await cell('barrier', key('unmatched'), (onPoint) =>
              unmatchedBarrier(comparison, pair, onPoint),
            );
            const permutations = await cell('permutations', key('permutations'), () =>
              foundPermutations(comparison, match, pair),
            );
            const matched = await cell('barrier', key('matched'), (onPoint) =>
              matchedBarrier(comparison, pair, permutations, onPoint),
            );
            pairs.push({
              a: a.name,
              b: b.name,
              unmatched,
              matched,
              permutations,
            } as WeakPair<Metric>);
          });
        }
      });
    }
    const criterion = { metric: metric as Metric, tolerance };
    return {
      claim: 'weak',
      names,
      pairs,
      verdict: verdictOf<Metric>(
        criterion,
        pairs.map(({ matched }) => matched),
      ),
      unmatchedVerdict: verdictOf<Metric>(
        criterion,
        pairs.map(({ unmatched }) => unmatched),
      ),
    };
  });
}

/** The cells of every pair. */
function planOf(
  names: readonly string[],
  settings: { readonly points: number; readonly baseline: string },
): Map<string, CellPlan> {
  const plan = new Map<string, CellPlan>();
  for (const [i, a] of names.entries()) {
    for (const b of names.slice(i + 1)) {
      plan.set(cellKey('unmatched', a, b), { kind: 'barrier', settings, needed: true });
      plan.set(cellKey('permutations', a, b), { kind: 'permutations', settings: {}, needed: true });
      plan.set(cellKey('matched', a, b), { kind: 'barrier', settings, needed: true });
    }
  }
  return plan;
}
