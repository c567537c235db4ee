import { assertInteger } from '../checks';
import { invalid, named } from '../errors';
import type { Matcher } from '../matching';
import type { BarrierReport } from '../metrics';
import type { Permutations } from '../permutation';
import { createDeviceYieldPoint } from '../runtime';
import { assertMatcher, assertSettings, type ConnectivityOptions } from './connectivityOptions';
import { type CellOf, cellKey, createCells, metricNames } from './createCells';
import { givenPermutations } from './givenPermutations';
import { assertNetworkSources, type NetworkSource, withNetworkSources } from './networkSource';
import type { PlainPermutations, SimultaneousConnectivityReport } from './reports';
import { simultaneousPlan } from './simultaneousPlan';
import { type StepCells, stepCells } from './stepCells';
import { verdictOf } from './verdictOf';

/** Options of {@link simultaneousConnectivity}. */
export interface SimultaneousConnectivityOptions<Metric extends string = string>
  extends ConnectivityOptions<Metric> {
  /** Finds the permutations at a step: `weightMatcher(spec)`, `activationMatcher(spec, …)` or one's own. */
  match: Matcher;
  /** The training steps, or the levels of pruning, of the sequences; no number twice. Default 0, 1, … */
  steps?: readonly number[];
  /** The index of the step whose permutation is used everywhere. Default: the last. */
  from?: number;
  /** Whether to measure every permutation at every step. Default false. */
  matrix?: boolean;
  /** More permutations to use at every step, by name: found between dense networks, or by `matchSequence`. */
  given?: Readonly<Record<string, Permutations>>;
}

/**
 * Simultaneous weak linear connectivity modulo permutation: whether for two sequences of networks, such as
 * the checkpoints of two training runs or their levels of pruning, *one* permutation P has
 *
 *     barrier(A_t, P[B_t]) ≤ ε   at every t.
 *
 * The report tells the barriers at every t without a permutation, with the one found there, with the one
 * found at the step `from`, with those that are `given`, and, if asked, the whole matrix of permutations
 * found at s and used at t.
 *
 * Where the networks are given as functions that load them, at most those of one step, two networks, are in
 * memory at once, and a permuted copy; each is loaded once, or twice for the matrix.
 *
 * The report is made of cells, of which `onCell` is told and which `finished` gives back: the permutations
 * found at each step, and every barrier. An interrupted report that is resumed with them equals one that was
 * not interrupted; a matrix can be added to a report without. That networks, matcher and evaluate are the
 * same is the caller's to see to.
 *
 * @param sequenceA - The reference at each step; one step or more: params, or functions that load them.
 * @param sequenceB - The network to permute at each step; as many.
 * @param options - `spec`, `match`, `evaluate` and `tolerance`; all others have defaults.
 * @returns Plain data: every barrier, the permutations, and the verdicts.
 * @throws InvalidInputError when the sequences are empty or of different lengths, `steps` or `from` do not
 * fit them, networks differ (by their steps), options are out of range, `finished` does not fit the report,
 * a network cannot be loaded, the matcher fails or returns permutations that do not fit, or `evaluate` fails
 * or lacks the metric. AbortError on abort.
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
  {
    spec,
    match,
    evaluate,
    tolerance,
    metric = 'loss' as NoInfer<Metric>,
    points = 25,
    baseline = 'linear',
    steps = Array.isArray(sequenceA) ? sequenceA.map((_, t) => t) : [],
    from = steps.length - 1,
    matrix = false,
    given = {},
    finished = {},
    onCell,
    signal,
    onProgress,
  }: SimultaneousConnectivityOptions<Metric>,
): Promise<SimultaneousConnectivityReport<Metric>> {
  return named('simultaneousConnectivity', async () => {
    assertSequences(sequenceA, sequenceB);
    assertSteps(steps, from, sequenceA.length);
    assertMatcher(match);
    assertSettings({ evaluate, tolerance, metric, points, baseline });
    const pairs = steps.map((step, t) => ({
      a: { label: `A at step ${step}`, source: sequenceA[t] },
      b: { label: `B at step ${step}`, source: sequenceB[t] },
    }));
    assertNetworkSources(
      spec,
      pairs.flatMap(({ a, b }) => [a, b]),
    );
    const givenRows = givenPermutations(given);
    const plan = simultaneousPlan(steps, {
      from,
      matrix,
      given: Object.keys(given),
      points,
      baseline,
    });
    const yieldPoint = createDeviceYieldPoint(signal);
    const cell = createCells(plan, { metric, finished, onCell, onProgress, yieldPoint });
    const comparison = { spec, evaluate, metric, points, baseline, signal, yieldPoint };
    await yieldPoint();
    await keepGiven(givenRows, cell);

    // Filled in as cells are finished. table[s][t] is of the permutation found at s, used at t.
    const permutations: PlainPermutations[] = [];
    const none: BarrierReport[] = [];
    const table = steps.map((): BarrierReport[] => []);
    const rows = Object.entries(givenRows).map(
      ([name, plain]) => [name, plain, [] as BarrierReport[]] as const,
    );
    /** Measures at t what is wanted there, with its networks open. */
    const visit = (t: number, work: (step: StepCells) => Promise<void>) =>
      withNetworkSources(spec, yieldPoint, (open) =>
        work(stepCells(comparison, cell, steps, t, { ...pairs[t], open })),
      );
    const others = steps.map((_, t) => t).filter((t) => t !== from);
    for (const t of [from, ...others]) {
      await visit(t, async (step) => {
        none[t] = await step.none();
        permutations[t] = await step.found(match);
        for (const s of new Set([t, from])) table[s][t] = await step.using(s, permutations[s]);
        for (const [name, plain, barriers] of rows) {
          barriers[t] = await step.usingGiven(name, plain);
        }
      });
    }
    if (matrix) {
      for (const t of steps.keys()) {
        await visit(t, async (step) => {
          for (const s of steps.keys()) table[s][t] = await step.using(s, permutations[s]);
        });
      }
    }

    const own = steps.map((_, t) => table[t][t]);
    const one = steps.map((_, t) => table[from][t]);
    const verdict = (reports: readonly BarrierReport[]) =>
      verdictOf<string>({ metric, tolerance }, reports);
    const ofGiven = rows.map(([name, plain, barriers]) => [
      name,
      { permutations: plain, barriers, verdict: verdict(barriers) },
    ]);
    return {
      claim: 'simultaneous',
      steps: [...steps],
      from,
      none,
      own,
      one,
      matrix: matrix ? maximaOf(table) : null,
      permutations,
      given: Object.fromEntries(ofGiven),
      verdict: verdict(one),
      ownVerdict: verdict(own),
      noneVerdict: verdict(none),
    } as SimultaneousConnectivityReport<Metric>;
  });
}

/** The given permutations are cells, too, so that a report is resumed with the same ones. */
async function keepGiven(
  given: Readonly<Record<string, PlainPermutations>>,
  cell: CellOf,
): Promise<void> {
  for (const [name, permutations] of Object.entries(given)) {
    const kept = await cell('permutations', cellKey('given', name), async () => permutations);
    const isSame = Object.keys({ ...kept, ...permutations }).every(
      (group) => kept[group]?.join() === permutations[group]?.join(),
    );
    if (isSame) continue;
    throw invalid(
      `given['${name}'] is not what it was when the finished cells were measured`,
      'Resume with the same permutations, or give the new ones another name',
    );
  }
}

/** The greatest barriers of a table, by metric. */
function maximaOf(table: readonly BarrierReport[][]): Record<string, number[][]> {
  return Object.fromEntries(
    metricNames(table[0][0]).map((name) => [
      name,
      table.map((row) => row.map((report) => report[name].max)),
    ]),
  );
}

function assertSequences(a: readonly NetworkSource[], b: readonly NetworkSource[]): void {
  if (Array.isArray(a) && Array.isArray(b) && a.length > 0 && a.length === b.length) return;
  const [lengthA, lengthB] = [a, b].map((each) => (Array.isArray(each) ? each.length : 'no array'));
  throw invalid(
    `the sequences must be arrays of one length ≥ 1, received ${lengthA} and ${lengthB}`,
    'Pass the networks of the same steps, in the same order',
  );
}

function assertSteps(steps: readonly number[], from: number, length: number): void {
  const sound = Array.isArray(steps) && steps.every(Number.isFinite);
  if (!sound || steps.length !== length || new Set(steps).size !== length) {
    throw invalid(
      `steps must be ${length} different numbers, received [${steps}]`,
      'Pass one for each network of a sequence',
    );
  }
  const remedy = 'It is an index of steps, not a step itself; leave it out for the last';
  assertInteger('from', from, 0, remedy, length - 1);
}
