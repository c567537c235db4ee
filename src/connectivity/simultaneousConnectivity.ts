import { assertOptions } from '../checks';
import { named } from '../errors';
import type { Matcher } from '../matching';
import type { BarrierReport } from '../metrics';
import type { NetworkSource } from '../params';
import type { Permutations } from '../permutation';
import { createDeviceYieldPoint, longWork } from '../runtime';
import { assertSequences, assertSteps } from './assertSequences';
import {
  assertMatcher,
  assertSettings,
  CONNECTIVITY_OPTIONS,
  type ConnectivityOptions,
} from './connectivityOptions';
import { createCells, metricNames } from './createCells';
import { givenPermutations, keepGiven } from './givenPermutations';
import { measureSteps } from './measureSteps';
import type { SimultaneousConnectivityReport } from './reports';
import { simultaneousPlan } from './simultaneousPlan';
import { verdictOf } from './verdictOf';
import { assertNetworkSources } from './withNetworkSources';

/** Options of {@link simultaneousConnectivity}. */
export interface SimultaneousConnectivityOptions<Metric extends string = string>
  extends ConnectivityOptions<Metric> {
  /** Finds the permutations at a step: `weightMatcher(spec)`, `activationMatcher(spec, …)` or another function. */
  match: Matcher;
  /** The training steps or pruning levels of the sequences, all different: [steps]. Default 0, 1, … */
  steps?: readonly number[];
  /** The index of the step whose permutation is used at every step. Default: the last. */
  from?: number;
  /** True to measure every permutation at every step. Default false. */
  matrix?: boolean;
  /** More permutations to use at every step, by name, such as those of dense networks or of `matchSequence`. Default: none. */
  given?: Readonly<Record<string, Permutations>>;
}

/**
 * Tests simultaneous weak linear connectivity modulo permutation. Two sequences of networks, such as the
 * checkpoints of two training runs or their levels of pruning, have it if *one* permutation P gives
 *
 *     barrier(A_t, P[B_t]) ≤ ε   at every t.
 *
 * The report has the barriers at every t without a permutation (`unmatched`), with the permutation found at t
 * (`own`), with the one found at the step `from` (`one`), and with those in `given`. With `matrix: true` it
 * also has the barrier of the permutation found at s and used at t, for all s and t.
 *
 * If networks are given as functions that load them, the two networks of one step and a permuted copy are in
 * memory at once. Each network is loaded once, or twice with the matrix.
 *
 * The report is made of cells: the permutations found at each step, and every barrier. Pass the cells that
 * `onCell` received as `finished` to resume. A resumed report equals an uninterrupted one, and a matrix can be
 * added later. Resume with the same networks, matcher and `evaluate`: this is not checked.
 *
 * @param sequenceA - The reference at each step, [steps], one step or more: params, or functions that load them.
 * @param sequenceB - The network to permute at each step, [steps].
 * @param options - `spec`, `match`, `evaluate` and `tolerance` are required; all others have defaults.
 * @returns Plain data: every barrier, the permutations, and the verdicts.
 * @throws InvalidInputError if the sequences are empty or of different lengths, `steps` or `from` do not fit
 * them, networks differ (the error names the steps), options are out of range, `finished` does not fit the
 * report, a network cannot be loaded, the matcher fails or returns permutations that do not fit, or `evaluate`
 * fails or lacks the metric. AbortError on abort.
 * @see Sharma et al. 2024 (arXiv 2404.06498).
 *
 * @example
 * ```ts given=networks
 * import { simultaneousConnectivity, weightMatcher } from 'perm-lmc';
 *
 * const load = (params: typeof a) => async () =>
 *   Object.fromEntries(Object.entries(params).map(([name, tensor]) => [name, tensor.clone()]));
 * const report = await simultaneousConnectivity([load(b), load(a)], [load(a), load(b)], {
 *   spec,
 *   match: weightMatcher(spec),
 *   evaluate,
 *   tolerance: 0.1,
 *   points: 3,
 *   steps: [100, 2000],
 *   matrix: true,
 * });
 * report.one.map((curve) => curve.loss.max); // with the permutation found at step 2000
 * report.matrix?.loss[0][1]; // found at step 100, used at step 2000
 * ```
 */
export async function simultaneousConnectivity<Metric extends string>(
  sequenceA: readonly NetworkSource[],
  sequenceB: readonly NetworkSource[],
  options: SimultaneousConnectivityOptions<Metric>,
): Promise<SimultaneousConnectivityReport<Metric>> {
  return named('simultaneousConnectivity', async () => {
    assertOptions(options as SimultaneousConnectivityOptions<string>, {
      ...CONNECTIVITY_OPTIONS,
      ...{ match: true, steps: true, from: true, matrix: 'boolean', given: true },
    });
    assertSequences(sequenceA, sequenceB);
    const {
      spec,
      match,
      evaluate,
      tolerance,
      metric = 'loss' as NoInfer<Metric>,
      points = 25,
      baseline = 'linear',
      steps = sequenceA.map((_, t) => t),
      from = steps.length - 1,
      matrix = false,
      given = {},
      finished = {},
      onCell,
    } = options;
    const { signal, onProgress } = longWork(options);
    assertSteps(steps, from, sequenceA.length);
    assertMatcher(match);
    assertSettings({ evaluate, tolerance, metric, points, baseline });
    const pairs = steps.map((step, t) => ({
      a: { label: `A at step ${step}`, source: sequenceA[t] },
      b: { label: `B at step ${step}`, source: sequenceB[t] },
    }));
    const networks = pairs.flatMap(({ a, b }) => [a, b]);
    const resolved = assertNetworkSources(spec, networks);
    const fixed = givenPermutations(given);

    const plan = simultaneousPlan(steps, {
      ...{ from, matrix, points, baseline },
      given: Object.keys(fixed),
    });
    const yieldPoint = createDeviceYieldPoint(signal);
    const known = { spec, resolved, count: networks.length };
    const keeping = { metric, known, finished, onCell, signal, onProgress, yieldPoint };
    const cell = createCells(plan, keeping);
    const comparison = { spec, evaluate, metric, points, baseline, signal, yieldPoint };
    await yieldPoint();
    await keepGiven(fixed, cell);
    const study = { comparison, cell, steps, pairs, from, match, given: fixed };
    const { unmatched, matched, permutations, given: ofGiven } = await measureSteps(study, matrix);

    const own = steps.map((_, t) => matched[t][t]);
    const one = matched[from];
    const verdict = (barriers: readonly BarrierReport[]) =>
      verdictOf<string>({ metric, tolerance }, barriers);
    return {
      claim: 'simultaneous',
      steps: [...steps],
      from,
      unmatched,
      own,
      one,
      matrix: matrix ? maximaOf(matched) : null,
      permutations,
      given: Object.fromEntries(
        Object.entries(fixed).map(([name, plain]) => [
          name,
          { permutations: plain, barriers: ofGiven[name], verdict: verdict(ofGiven[name]) },
        ]),
      ),
      verdict: verdict(one),
      ownVerdict: verdict(own),
      unmatchedVerdict: verdict(unmatched),
    } as SimultaneousConnectivityReport<Metric>;
  });
}

/** For each metric the greatest barriers of a table of reports, `[s][t]`. */
function maximaOf(table: readonly (readonly BarrierReport[])[]): Record<string, number[][]> {
  return Object.fromEntries(
    metricNames(table[0][0]).map((name) => [
      name,
      table.map((row) => row.map((report) => report[name].max)),
    ]),
  );
}
