import { dispose } from '@tensorflow/tfjs-core';
import { invalid } from '../../errors';
import type { Matcher } from '../../matching/matcher';
import type { Params } from '../../params/params';
import type { Permutations } from '../../permutation/permutation';
import { createCheckpoint } from '../../progress';
import { assertPermutations } from '../../spec/permutations';
import { permute } from '../../spec/permute';
import { resolveSpec } from '../../spec/resolve';
import { type BarrierReport, barrier } from '../barrier';
import type { Evaluate } from '../evaluate';
import { type SimplexReport, simplexBarrier } from '../simplexBarrier';
import { type Cells, createCells } from './cells';
import { assertOptions, type FilledOptions } from './connectivityOptions';
import type { PlainPermutations, Verdict } from './reports';

/** A network under a permutation; null leaves it as it is. */
export interface Permuted {
  readonly params: Params;
  readonly by: PlainPermutations | null;
}

/** What a report on connectivity is made with: the report says what to measure, this does it. */
export interface Experiment<Metric extends string> {
  readonly cells: Cells;
  /** Finds the permutations that move b onto a. */
  match(match: Matcher, a: Params, b: Params): Promise<PlainPermutations>;
  barrier(a: Permuted, b: Permuted): Promise<BarrierReport<Metric>>;
  simplex(networks: readonly Permuted[], resolution: number): Promise<SimplexReport<Metric>>;
  /** Permutations as plain data; throws unless there is one for each of the spec's groups. */
  plain(params: Params, permutations: Permutations): PlainPermutations;
  /** Whether the worst of these barriers is within the tolerance, in the metric that was asked for. */
  verdict(barriers: readonly { readonly [name in Metric]: { readonly max: number } }[]): Verdict;
}

/** An experiment of so many cells. */
export function createExperiment<Metric extends string>(
  fn: string,
  options: FilledOptions<Metric>,
  total: number,
): Experiment<Metric> {
  assertOptions(fn, options);
  const { spec, evaluate, metric, tolerance, points, baseline, signal, ownSettings } = options;
  const settings = JSON.stringify({ points, baseline, metric, ...ownSettings });
  const checkpoint = createCheckpoint(signal);

  function plain(params: Params, permutations: Permutations): PlainPermutations {
    assertPermutations(fn, resolveSpec(fn, spec, params), permutations);
    return plainPermutations(permutations);
  }

  /** Gives work the networks under their permutations, and disposes what was permuted for it. */
  async function withPermuted<T>(
    networks: readonly Permuted[],
    work: (networks: Params[]) => Promise<T>,
  ): Promise<T> {
    const made: Params[] = [];
    try {
      const permuted = networks.map(({ params, by }) => {
        if (by === null) return params;
        const own = permute(spec, params, typed(by));
        made.push(own);
        return own;
      });
      return await work(permuted);
    } finally {
      dispose(made);
    }
  }

  /** Runs work that evaluates. Where the metric is missing, that is the error. */
  async function measured<T>(work: (evaluate: Evaluate<Metric>) => Promise<T>): Promise<T> {
    let missing: Error | null = null;
    try {
      return await work(async (params, point) => {
        const metrics = await evaluate(params, point);
        if (!Object.hasOwn(metrics ?? {}, metric)) {
          missing = withoutMetric(fn, metric, Object.keys(metrics ?? {}));
          throw missing;
        }
        return metrics;
      });
    } catch (error) {
      throw missing ?? error;
    }
  }

  return {
    cells: createCells(fn, { ...options, settings, total, checkpoint }),
    plain,
    async match(match, a, b) {
      const found = await match(a, b, { signal });
      if (typeof found?.permutations !== 'object' || found.permutations === null) {
        throw invalid(
          fn,
          'match resolved to no permutations',
          'Resolve to { permutations }, as weightMatch does',
        );
      }
      return plain(a, found.permutations);
    },
    barrier: (a, b) =>
      withPermuted([a, b], ([first, second]) =>
        measured((checked) => barrier(first, second, checked, { points, baseline, signal })),
      ),
    simplex: (networks, resolution) =>
      withPermuted(networks, (permuted) =>
        measured((checked) => simplexBarrier(permuted, checked, { resolution, signal })),
      ),
    verdict(barriers) {
      const worst = Math.max(...barriers.map((each) => each[metric].max));
      return { metric, tolerance, barrier: worst, holds: worst <= tolerance };
    },
  };
}

/** Permutations as plain data. */
export function plainPermutations(permutations: Permutations): PlainPermutations {
  const entries = Object.entries(permutations);
  return Object.fromEntries(entries.map(([group, p]) => [group, Array.from(p)]));
}

/** Permutations in typed arrays, as every function of this library takes them. */
function typed(permutations: PlainPermutations): Permutations {
  const entries = Object.entries(permutations);
  return Object.fromEntries(entries.map(([group, p]) => [group, Int32Array.from(p)]));
}

function withoutMetric(fn: string, metric: string, names: readonly string[]): Error {
  const received = names.map((name) => `'${name}'`).join(', ') || 'nothing';
  return invalid(
    fn,
    `evaluate returned ${received}, but no '${metric}'`,
    'Pass the name of one of its metrics as { metric }',
  );
}
