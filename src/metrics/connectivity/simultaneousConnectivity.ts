import { invalid } from '../../errors';
import type { Permutations } from '../../permutation/permutation';
import type { BarrierReport } from '../barrier';
import {
  assertCheckpoints,
  type Checkpoint,
  type NamedCheckpoint,
  withCheckpoints,
} from './checkpoint';
import { assertMatcher, type ConnectivityOptions } from './connectivityOptions';
import { createExperiment, plainPermutations } from './experiment';
import type { PlainPermutations, SimultaneousConnectivityReport } from './reports';

/** Options of {@link simultaneousConnectivity}. */
export interface SimultaneousConnectivityOptions<Metric extends string = string>
  extends ConnectivityOptions<Metric> {
  /** What the networks of a sequence are called: training steps, or pruning levels; one for each. Default 0, 1, 2 …. */
  steps?: readonly number[];
  /** The index of the networks whose permutation is used everywhere. Default: the last. */
  from?: number;
  /** Whether to measure every permutation at every step: T² barriers instead of 3 T. Default false. */
  matrix?: boolean;
  /** Permutations found elsewhere to use at every step, too, by a name for each: those of `matchSequence`, say. Default none. */
  given?: Readonly<Record<string, Permutations>>;
}

/**
 * Simultaneous weak linear connectivity modulo permutation: for two sequences of networks, A₁ … A_T and
 * B₁ … B_T (checkpoints of training, or levels of pruning), is there one permutation P with
 *
 *     barrier(A_t, P[B_t]) ≤ ε     at every t ?
 *
 * Measured at every t: without a permutation; with P_t, found there; with the one P_s that was found at
 * `from`; and, as a matrix, with each P_s. At most two networks that were loaded, and a permuted copy of one,
 * are in memory at once, however long the sequences are.
 *
 * @param sequenceA - The references: params, or functions that load them, which are called at most twice each.
 * @param sequenceB - The networks to permute, as many.
 * @param options - `spec`, `match`, `evaluate` and `tolerance` (ε); all others have defaults.
 * @returns Plain data, which JSON keeps as it is.
 * @throws InvalidInputError when the sequences are empty or of different lengths, networks differ or cannot be
 * loaded, options are out of range, permutations do not fit the spec, or `evaluate` does not give the metric.
 * AbortError on abort; what was finished until then went to `onCell`.
 * @see Sharma et al. 2024, Simultaneous linear connectivity of neural networks modulo permutation (arXiv
 * 2404.06498).
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { permutationSpec, simultaneousConnectivity, weightMatch } from 'perm-lmc';
 *
 * const spec = permutationSpec({ w: 'h' });
 * const a = [1, 2, 3].map((step) => ({ w: tf.tensor1d([0, step]) }));
 * const b = [1, 2, 3].map((step) => ({ w: tf.tensor1d([step, 0]) }));
 * const evaluate = async ({ w }: tf.NamedTensorMap) => {
 *   const [x, y] = await w.data();
 *   return { loss: 1 / (1 + (x - y) ** 2) }; // its units must differ
 * };
 * const report = await simultaneousConnectivity(a, b, {
 *   spec,
 *   match: (first, second, { signal }) => weightMatch(spec, first, second, { signal }),
 *   evaluate,
 *   tolerance: 0.01,
 *   steps: [100, 200, 300],
 * });
 * report.verdict.holds; // true: the permutation of the end aligns all of them
 * report.noneVerdict.holds; // false
 * ```
 */
export async function simultaneousConnectivity<Metric extends string>(
  sequenceA: readonly Checkpoint[],
  sequenceB: readonly Checkpoint[],
  {
    match,
    steps = sequenceA.map((_, t) => t),
    from = sequenceA.length - 1,
    matrix = false,
    given = {},
    metric = 'loss' as NoInfer<Metric>,
    points = 25,
    baseline = 'linear',
    finished = {},
    ...options
  }: SimultaneousConnectivityOptions<Metric>,
): Promise<SimultaneousConnectivityReport<Metric>> {
  const fn = 'simultaneousConnectivity';
  assertSequences(fn, sequenceA, sequenceB, steps, from);
  assertMatcher(fn, 'match', match);
  const pairs = steps.map((step, t): [NamedCheckpoint, NamedCheckpoint] => [
    { name: `sequenceA[${t}] (step ${step})`, checkpoint: sequenceA[t] },
    { name: `sequenceB[${t}] (step ${step})`, checkpoint: sequenceB[t] },
  ]);
  assertCheckpoints(fn, pairs.flat());
  const rows = usesOf(steps.length, from, matrix);
  const names = Object.keys(given);
  const total = steps.length * (2 + names.length) + rows.flat().length;
  const filled = { ...options, metric, points, baseline, finished, ownSettings: { steps } };
  const { cells, verdict, barrier, ...experiment } = createExperiment(fn, filled, total);

  const permutations: PlainPermutations[] = [];
  for (const [t, pair] of pairs.entries()) {
    const key = `match ${t}`;
    permutations.push(
      await withCheckpoints(fn, cells.has(key) ? [] : pair, ([a, b]) =>
        cells.get(key, () => experiment.match(match, a, b)),
      ),
    );
  }

  const none: BarrierReport<Metric>[] = [];
  const table = permutations.map((): BarrierReport<Metric>[] => []);
  const givenRows = names.map(() => [] as BarrierReport<Metric>[]);
  for (const [t, pair] of pairs.entries()) {
    const keys = [
      `none ${t}`,
      ...rows[t].map((s) => `found ${s} used ${t}`),
      ...names.map((name) => `given ${name} used ${t}`),
    ];
    await withCheckpoints(fn, keys.every(cells.has) ? [] : pair, async ([a, b]) => {
      const under = (key: string, by: () => PlainPermutations | null) =>
        cells.get(key, () => barrier({ params: a, by: null }, { params: b, by: by() }));
      none.push(await under(`none ${t}`, () => null));
      for (const s of rows[t]) {
        table[s][t] = await under(`found ${s} used ${t}`, () => permutations[s]);
      }
      for (const [row, name] of names.entries()) {
        const by = () => experiment.plain(a, given[name]);
        givenRows[row].push(await under(`given ${name} used ${t}`, by));
      }
    });
  }
  const own = permutations.map((_, t) => table[t][t]);
  return {
    claim: 'simultaneous',
    steps: [...steps],
    from,
    none,
    own,
    one: table[from],
    given: Object.fromEntries(
      names.map((name, row) => [
        name,
        {
          permutations: plainPermutations(given[name]),
          barriers: givenRows[row],
          verdict: verdict(givenRows[row]),
        },
      ]),
    ),
    matrix: matrix ? maxima(none[0], table) : null,
    permutations,
    verdict: verdict(table[from]),
    ownVerdict: verdict(own),
    noneVerdict: verdict(none),
  };
}

/** For each step t the steps s whose permutations are used there. */
function usesOf(length: number, from: number, matrix: boolean): number[][] {
  const all = Array.from({ length }, (_, s) => s);
  return all.map((t) => (matrix ? all : [...new Set([from, t])]));
}

/** For each metric the greatest barrier of each report. */
function maxima<Metric extends string>(
  { alphas: _, ...metrics }: BarrierReport<Metric>,
  table: readonly (readonly BarrierReport<Metric>[])[],
): { [name in Metric]: number[][] } {
  return Object.fromEntries(
    (Object.keys(metrics) as Metric[]).map((name) => [
      name,
      table.map((row) => row.map((report) => report[name].max)),
    ]),
  ) as { [name in Metric]: number[][] };
}

function assertSequences(
  fn: string,
  a: readonly Checkpoint[],
  b: readonly Checkpoint[],
  steps: readonly number[],
  from: number,
): void {
  if (!Array.isArray(a) || !Array.isArray(b) || a.length === 0 || a.length !== b.length) {
    const length = (sequence: unknown) => (Array.isArray(sequence) ? sequence.length : 'no list');
    throw invalid(
      fn,
      `expected two sequences of the same length ≥ 1, received ${length(a)} and ${length(b)}`,
      'Pass the networks of the same steps, in the same order',
    );
  }
  if (steps.length !== a.length || !steps.every(Number.isFinite)) {
    throw invalid(
      fn,
      `steps are [${steps}], but the sequences hold ${a.length} networks`,
      'Pass a number for each of them, or leave steps out',
    );
  }
  if (!Number.isInteger(from) || from < 0 || from >= a.length) {
    throw invalid(
      fn,
      `from must be an index from 0 to ${a.length - 1}, received ${from}`,
      'Leave it out for the last',
    );
  }
}
