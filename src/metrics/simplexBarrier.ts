import { assertInteger, assertOptions } from '../checks';
import { invalid, named } from '../errors';
import { assertModels } from '../merging/internal';
import type { Params } from '../params';
import { createDeviceYieldPoint, type LongWorkOptions, longWork } from '../runtime';
import {
  type BarrierProgress,
  type Evaluate,
  evaluatePoints,
  type Measurement,
  MOST_POINTS,
} from './evaluate';
import { greatest } from './greatest';

/** Options of {@link simplexBarrier}. */
export interface SimplexBarrierOptions extends LongWorkOptions<BarrierProgress> {
  /**
   * The number of steps along each edge; ≥ 1. The grid has C(resolution + n − 1, n − 1) points, at most 100000, and
   * also the barycentre if it is not one of them. Default 4.
   */
  resolution?: number;
}

/** One metric L on the simplex. */
export interface SimplexSurface {
  /** L(Σ wᵢθᵢ) at each point of the grid. */
  readonly values: number[];
  /** L(Σ wᵢθᵢ) − Σ wᵢL(θᵢ) at each point of the grid. */
  readonly barrier: number[];
  /** The barrier: the greatest value of `barrier`. */
  readonly max: number;
  /** The weights [n] of that point; the first if there are several. */
  readonly argmax: number[];
  /** The value of `barrier` at the barycentre, where all weights are 1/n. */
  readonly barycentre: number;
}

/** The barrier on the simplex of n networks: the points, and for each metric a surface under its name. */
export type SimplexReport<Metric extends string = string> = SimplexGrid & {
  readonly [name in Metric]: SimplexSurface;
};

/** The points of a barrier on a simplex. */
export interface SimplexGrid {
  /** For each point the weights [n] of the networks; they sum to 1. */
  readonly weights: number[][];
}

/**
 * Measures the barrier on the simplex of n networks, L(Σ wᵢθᵢ) − Σ wᵢL(θᵢ), over a barycentric grid. The
 * grid always includes the networks themselves and the barycentre. Align the networks first: this function
 * does not permute.
 *
 * @param models - Two or more networks with the same names, shapes and dtypes. Integer tensors come from
 * the first.
 * @param evaluate - Measures a network, for example `classificationEvaluator(…)`. It receives the params
 * Σ wᵢθᵢ, which are disposed when the call has ended, and their {@link MixturePoint}.
 * @param options - All have defaults.
 * @returns Plain data: the weights of every point, and for each metric its values.
 * @throws InvalidInputError if there are fewer than two networks, they differ, `resolution` is not an
 * integer ≥ 1, or `evaluate` fails or returns values that are not finite numbers. AbortError on abort.
 * @see Sharma et al. 2024 (arXiv 2404.06498), strong linear connectivity modulo permutation.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { simplexBarrier } from 'perm-lmc';
 *
 * const models = [0, 3, 6].map((value) => ({ w: tf.scalar(value) }));
 * const evaluate = async ({ w }: tf.NamedTensorMap) => ({ loss: (await w.data())[0] ** 2 });
 * const surface = await simplexBarrier(models, evaluate, { resolution: 2 });
 * surface.loss.barycentre; // 9 − 15 = −6: a convex loss has no barrier
 * ```
 */
export async function simplexBarrier<Metric extends string>(
  models: readonly Params[],
  evaluate: Evaluate<Metric>,
  options: SimplexBarrierOptions = {},
): Promise<SimplexReport<Metric>> {
  return named('simplexBarrier', async () => {
    assertOptions(options, { resolution: true, signal: true, onProgress: true });
    const { resolution = 4 } = options;
    const { signal, onProgress } = longWork(options);
    assertModels(models, 2);
    assertResolution(resolution, models.length);
    const yieldPoint = createDeviceYieldPoint(signal);
    return measureSimplex(models, evaluate, resolution, { signal, yieldPoint, onProgress });
  });
}

/** Measures the barrier on the simplex of networks that are known to be comparable. */
export async function measureSimplex<Metric extends string>(
  models: readonly Params[],
  evaluate: Evaluate<Metric>,
  resolution: number,
  measurement: Measurement,
): Promise<SimplexReport<Metric>> {
  const weights = simplexGrid(models.length, resolution);
  const mixtures = weights.map((point) => ({
    label: `weights [${point.map((weight) => weight.toFixed(4))}]`,
    weights: point,
  }));
  const values = await evaluatePoints(models, mixtures, evaluate, measurement);
  const report: Record<string, unknown> = { weights };
  for (const [metric, surface] of values) {
    report[metric] = simplexSurface(weights, surface);
  }
  return report as SimplexReport<Metric>;
}

/** All points whose weights are multiples of 1/resolution, and the barycentre: each a list [n]. */
export function simplexGrid(n: number, resolution: number): number[][] {
  const points = compositions(n, resolution).map((parts) => parts.map((part) => part / resolution));
  if (resolution % n !== 0) points.push(new Array(n).fill(1 / n));
  return points;
}

/** All ways to write `total` as an ordered sum of n integers ≥ 0, in descending lexicographic order. */
function compositions(n: number, total: number): number[][] {
  if (n === 1) return [[total]];
  return Array.from({ length: total + 1 }, (_, i) => total - i).flatMap((first) =>
    compositions(n - 1, total - first).map((rest) => [first, ...rest]),
  );
}

/** The surface of a metric by its values at these weights. */
export function simplexSurface(weights: readonly number[][], values: number[]): SimplexSurface {
  const n = weights[0].length;
  const corners = Array.from({ length: n }, (_, i) => values[weights.findIndex((w) => w[i] === 1)]);
  const surface = values.map(
    (value, at) => value - corners.reduce((sum, corner, i) => sum + weights[at][i] * corner, 0),
  );
  const max = greatest(surface);
  return {
    values,
    barrier: surface,
    max,
    argmax: weights[surface.indexOf(max)],
    barycentre: surface[weights.findIndex((point) => point.every((weight) => weight === 1 / n))],
  };
}

/** Throws unless `resolution` is an integer ≥ 1 and the grid of n networks has at most {@link MOST_POINTS} points. */
export function assertResolution(resolution: number, n: number): void {
  const remedy = 'It is the number of steps along an edge; the default is 4';
  assertInteger('resolution', resolution, 1, remedy);
  const points = gridPoints(n, resolution);
  if (points <= MOST_POINTS) return;
  throw invalid(
    `resolution ${resolution} gives a simplex of ${n} networks ${points} points, more than ${MOST_POINTS}`,
    'Pass fewer steps along an edge, or fewer networks',
    { param: 'resolution', received: resolution },
  );
}

/** C(resolution + n − 1, n − 1), the number of points of the grid; not exact beyond 2⁵³. */
function gridPoints(n: number, resolution: number): number {
  const fewer = Math.min(n - 1, resolution);
  let points = 1;
  for (let i = 1; i <= fewer && points <= MOST_POINTS ** 2; i++) {
    points = (points * (Math.max(n - 1, resolution) + i)) / i;
  }
  return Math.round(points);
}
